// All lanes of a comparison: every frame of the socket finds its lane here.
import { Lane } from "./lane.js";
import { addLane, closeLane, fetchBoard } from "./lanes.js";
import { isRunning } from "./state.js";

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
    const known = new Map([...this.lanes.values()].map((lane) => [lane.element, lane]));
    this.lanes = new Map(found.map((element) => [element.dataset.lane, known.get(element) ?? new Lane(element, () => this.lacks())]));
    for (const element of found) this.watcher.observe(element);
    this.element.dataset.lanes = found.length;
    this.element.dispatchEvent(new CustomEvent("lane:state", { bubbles: true }));
  }

  get isRunning() {
    return [...this.lanes.values()].some(({ element }) => isRunning(element));
  }

  saw({ target, isIntersecting }) {
    const lane = this.lanes.get(target.dataset.lane);
    if (lane?.element !== target) return;
    lane.seen = isIntersecting;
    if (isIntersecting) (lane.run ?? lane.trials.shown)?.soon();
  }

  /** What this tab shows; the server answers with what it lacks. */
  known() {
    const lanes = [...this.lanes.values()].map(({ letter, revision }) => [letter, revision]);
    return { type: "resume", lanes: Object.fromEntries(lanes) };
  }

  /** Returns false when something is missing that only a resume brings. */
  receive(frame) {
    if (frame.d) return frame.d.map((delta) => this.delta(...delta)).every(Boolean);
    if (frame.type in BOARD) return BOARD[frame.type](this, frame);
    if (!(frame.type in LANE)) return true;
    const lane = this.lanes.get(frame.lane);
    return lane ? lane.arrivals.take(() => LANE[frame.type](lane, frame), frame.type === "messages") : false;
  }

  /** `address`: a lane's letter, or that and the number of one of its trials. */
  delta(address, seq, text, reasoning = "", calls = []) {
    const lane = this.lanes.get(address) ?? this.lanes.get(address[0]);
    return lane ? lane.arrivals.take(() => (lane.run ?? lane.trials.at(address))?.take(seq, text, reasoning, calls) ?? false) : false;
  }

  lacks() {
    this.element.dispatchEvent(new CustomEvent("board:lacking"));
  }

  /** Resolves when every lane shows what has come. */
  settled() {
    return Promise.all([...this.lanes.values()].map(({ arrivals }) => arrivals.settled()));
  }
}

const BOARD = {
  "lane-added": (board, frame) => addLane(board, frame),
  "lane-closed": (board, frame) => closeLane(board, frame),
  lanes: (board) => (fetchBoard(board), true),
  "draft-images": (board) => board.element.dispatchEvent(new CustomEvent("board:images")),
  title(_board, { title }) {
    const shown = document.querySelector("[data-title]");
    if (shown) shown.textContent = title;
    document.title = `${title} · Playground`;
    document.querySelector("#comparison-menu [hx-confirm]")?.setAttribute("hx-confirm", `Delete “${title}”?`);
    return true;
  },
};

const LANE = {
  lane: (lane, frame) => (lane.replace(frame), true),
  "lane-head"(lane, frame) {
    if (frame.revision > lane.revision + 1) return false;
    lane.head(frame);
    return true;
  },
  messages(lane, frame) {
    if (frame.revision === lane.revision + 1) lane.append(frame);
    return frame.revision <= lane.revision;
  },
  phase(lane, { answer, phase, provider, is_simulated: isSimulated }) {
    const run = lane.running(answer);
    if (run && provider) lane.provider(provider, isSimulated);
    if (run && !run.stream.source) run.phase(phase);
    return lane.message(answer) !== null;
  },
  snapshot(lane, frame) {
    lane.running(frame.answer)?.restore(frame);
    return lane.message(frame.answer) !== null;
  },
  ended(lane, frame) {
    if (frame.revision <= lane.revision) return true;
    const run = lane.begun(frame.answer);
    if (frame.revision > lane.revision + 1 || !run || run.seq < frame.seq) return false;
    lane.revision = frame.revision;
    if (frame.spread) lane.trials.spread(run.message, frame.spread);
    run.end(frame);
    return true;
  },
  chosen(lane, { revision, message, spread, calls }) {
    if (revision > lane.revision + 1) return false;
    if (revision <= lane.revision) return true;
    lane.revision = revision;
    lane.trials.chose(message, spread, calls);
    return true;
  },
};
