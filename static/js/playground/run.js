// One running answer in one lane: counts its deltas and renders its text.
import { LiveCalls } from "./live-calls.js";
import { Literal } from "./literal.js";
import { wake } from "./scheduler.js";
import { showEnd, showPhase, showState } from "./state.js";
import { Stream } from "./stream.js";
import { Reasoning } from "./reasoning.js";

/** A lane that cannot be seen is rendered now and then, so that it is right when it is scrolled to. */
const UNSEEN_WAIT = 400;

function growing(element) {
  return element.matches("[data-literal]") ? new Literal(element) : new Stream(element);
}

export class Run {
  constructor(lane, id) {
    Object.assign(this, { lane, id, seq: 0, ending: null, isLeft: false, timer: null });
    this.job = () => this.render();
    this.message = lane.message(id);
    this.stream = growing(this.message.querySelector("[data-answer]"));
    this.reasoning = new Reasoning(this.message.querySelector("[data-reasoning]"), () => wake(this.job));
    this.watch();
    this.calls = new LiveCalls(this.message.querySelector("[data-calls]"));
    lane.element.setAttribute("aria-busy", "true");
  }

  /** Says whether it is the JSON that was asked for, where some was. What says so comes with the first of such answers. */
  async watch() {
    this.structure = null;
    const line = this.message.querySelector("[data-schema]");
    if (!line) return;
    // Without it the answer says at its end what it is.
    const found = await import("./structure.js").catch(() => null);
    if (!found || !line.isConnected || this.structure) return;
    this.structure = new found.Structure(line);
    this.structure.feed(this.stream.source);
  }

  phase(phase) {
    showPhase(this.message, phase);
    showState(this.lane.element, phase);
  }

  /** Returns false when deltas are missing before this one. */
  take(seq, text, reasoning, calls) {
    if (seq <= this.seq) return true;
    if (seq !== this.seq + 1) return false;
    this.seq = seq;
    if (reasoning) this.reasoning.add(reasoning);
    if (calls.length) {
      this.begin();
      this.calls.take(calls);
    }
    this.add(text);
    return true;
  }

  restore({ seq, phase, text, reasoning, calls }) {
    if (seq < this.seq) return;
    this.seq = seq;
    if (!text.startsWith(this.stream.source)) {
      this.stream = growing(this.stream.element);
      this.structure?.over();
      this.watch();
    }
    this.reasoning.restore(reasoning);
    this.phase(phase);
    if (calls.length) {
      this.begin();
      this.calls.restore(calls);
    }
    this.add(text.slice(this.stream.source.length));
  }

  /** With its first word, or with the first of its calls. */
  begin() {
    if (this.stream.source || this.calls.any) return;
    this.reasoning.over();
    this.phase("streaming");
  }

  add(text) {
    if (text) this.begin();
    this.stream.feed(text);
    this.structure?.feed(text);
    this.soon();
  }

  soon() {
    if (this.lane.seen) wake(this.job);
    else this.timer ??= setTimeout(() => wake(this.job), UNSEEN_WAIT);
  }

  /** Returns whether there is more to render. */
  render() {
    if (this.isLeft) return false;
    this.timer = null;
    if (this.stream.waits) this.stream.render();
    this.calls.render();
    const thinks = this.reasoning.render();
    if (this.stream.waits || thinks) return true;
    if (!this.ending) return false;
    if (this.stream.settleSome()) return true;
    this.finish();
    return false;
  }

  end(frame) {
    this.ending = frame;
    wake(this.job);
  }

  finish() {
    const { state, html, calls, thinking } = this.ending;
    this.structure?.over();
    this.stream.finish();
    this.reasoning.finish(thinking);
    this.calls.finish(calls);
    showEnd(this.message, state, html);
    this.lane.ended(this, state);
  }

  /** Its message is gone, or shown anew without it. */
  leave() {
    this.isLeft = true;
    this.structure?.over();
  }
}
