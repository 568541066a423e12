// One of several answers that are written in a lane at once. Its text is rendered while it is looked at; otherwise it only
// comes together, and is rendered when somebody flips to it.
import { Run } from "./run.js";
import { wake } from "./scheduler.js";
import { showEnd, showPhase } from "./state.js";

export class TrialRun extends Run {
  get isShown() {
    return !this.message.hidden;
  }

  phase(phase) {
    showPhase(this.message, phase);
    this.lane.trials.moved(this.message);
  }

  soon() {
    if (this.isShown) super.soon();
  }

  end(frame) {
    this.ending = frame;
    if (this.isShown) wake(this.job);
    else this.tell();
  }

  finish() {
    this.stream.finish();
    this.reasoning.finish(this.ending.thinking);
    this.tell();
    this.lane.trials.rendered(this);
  }

  /** That it ended, and what it took: once, and whether or not its text is rendered by then. */
  tell() {
    if (this.told) return;
    this.told = true;
    this.structure?.over();
    this.calls.finish(this.ending.calls);
    showEnd(this.message, this.ending.state, this.ending.html);
    this.lane.trials.ended(this.message);
  }
}
