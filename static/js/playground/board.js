// All lanes of a comparison: every frame of the socket finds its lane here.
import { Lane } from "./lane.js";
import { refresh } from "./refresh.js";

export class Board {
  constructor(element) {
    this.element = element;
    this.lanes = new Map();
    this.watcher = new IntersectionObserver((entries) => entries.forEach((entry) => this.saw(entry)), { rootMargin: "160px" });
    this.findLanes();
  }

  /** Lanes come and go; those that stay keep what they are doing. */
  findLanes() {
    const found = [...this.element.querySelectorAll("[data-lane]")];
    for (const [letter, lane] of this.lanes) if (!found.includes(lane.element)) this.lanes.delete(letter);
    for (const element of found) {
      if (this.lanes.has(element.dataset.lane)) continue;
      this.lanes.set(element.dataset.lane, new Lane(element));
      this.watcher.observe(element);
    }
    this.element.dispatchEvent(new CustomEvent("lane:state", { bubbles: true }));
  }

  saw({ target, isIntersecting }) {
    const lane = this.lanes.get(target.dataset.lane);
    if (!lane) return;
    lane.seen = isIntersecting;
    if (isIntersecting) lane.run?.wake();
  }

  /** The running answers that are known here, with the last delta of each. */
  known() {
    const answers = {};
    for (const { run } of this.lanes.values()) if (run && !run.ending && run.seq) answers[run.id] = run.seq;
    return { type: "resume", answers };
  }

  /** Returns false when something is missing that only a resume brings. */
  receive(frame) {
    if (frame.t === "d") return frame.d.map((delta) => this.delta(...delta)).every(Boolean);
    if (frame.type === "lanes") return refresh(this), true;
    const lane = this.lanes.get(frame.lane);
    return !lane || (TAKE[frame.type]?.(lane, frame) ?? true);
  }

  delta(letter, seq, text, reasoning = "") {
    const lane = this.lanes.get(letter);
    if (!lane) return true;
    return lane.run ? lane.run.take(seq, text, reasoning) : false;
  }
}

const TAKE = {
  lane: (lane, { html }) => (lane.replace(html), !lane.run),
  messages: (lane, { html }) => (lane.append(html), true),
  phase: (lane, { answer, phase }) => (lane.running(answer)?.phase(phase), lane.run !== null),
  snapshot: (lane, frame) => (lane.running(frame.answer)?.restore(frame), lane.run !== null),
  ended(lane, frame) {
    if (lane.run?.id === frame.answer) lane.run.end(frame);
    else lane.end(frame);
    return true;
  },
};
