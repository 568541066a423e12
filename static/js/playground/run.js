// One running answer in one lane: counts its deltas and renders its text.
import { announceEnd } from "./announcing.js";
import { wake } from "./frame.js";
import { settle } from "./settle.js";
import { showPhase, showState } from "./state.js";
import { Stream } from "./stream.js";
import { Thoughts } from "./thoughts.js";

/** A lane that cannot be seen is rendered now and then, so that it is right when it is scrolled to. */
const UNSEEN_WAIT = 400;

export class Run {
  constructor(lane, id) {
    Object.assign(this, { lane, id, seq: 0, ending: null });
    this.job = () => this.render();
    this.message = lane.message(id);
    this.stream = new Stream(this.message.querySelector("[data-answer]"));
    this.thoughts = new Thoughts(this.message.querySelector("[data-reasoning]"), () => wake(this.job));
    lane.element.setAttribute("aria-busy", "true");
  }

  phase(phase) {
    showPhase(this.message, phase);
    showState(this.lane.element, phase);
  }

  /** Returns false when deltas are missing before this one. */
  take(seq, text, reasoning) {
    if (seq <= this.seq) return true;
    if (seq !== this.seq + 1) return false;
    this.seq = seq;
    this.add(text, reasoning);
    return true;
  }

  restore({ seq, phase, text, reasoning }) {
    this.seq = seq;
    if (!text.startsWith(this.stream.source)) this.stream = new Stream(this.stream.element);
    this.add(text.slice(this.stream.source.length), "");
    this.thoughts.restore(reasoning);
    this.phase(phase);
    this.lane.tail.settle();
  }

  add(text, reasoning) {
    if (reasoning) this.thoughts.add(reasoning);
    if (text && !this.stream.source) this.begin();
    this.stream.feed(text);
    this.wake();
  }

  begin() {
    this.thoughts.over();
    this.phase("streaming");
  }

  wake() {
    if (this.lane.seen) return wake(this.job);
    this.timer ??= setTimeout(() => wake(this.job), UNSEEN_WAIT);
  }

  render() {
    this.timer = null;
    if (this.stream.waits) this.stream.render();
    const thinks = this.thoughts.render();
    this.lane.tail.grew();
    if (this.stream.waits || thinks) return true;
    if (this.ending) this.finish();
    return false;
  }

  end(frame) {
    this.ending = frame;
    wake(this.job);
  }

  finish() {
    const { state, html } = this.ending;
    settle(this.message, html);
    this.lane.element.removeAttribute("aria-busy");
    showState(this.lane.element, state);
    this.lane.ended(this);
    announceEnd(this.lane, state);
  }
}
