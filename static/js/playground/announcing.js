// A short sentence whenever a lane's state changes; tokens are never read out. Lanes that change together are told in one
// breath, because a second sentence would cut off the first. What failed is told at once.
import { announce } from "../announce.js";
import { isRunning, RUNNING } from "./state.js";

/** So long the lanes are waited for. A state that is over by then was not worth a word. */
const TOGETHER = 400;
/** More of them are counted. */
const BY_NAME = 2;
const TOLD = new Set(["queued", "thinking", "streaming", "done", "stopped", "failed"]);

function fact(message, name) {
  return message?.querySelector(`[data-metric="${name}"]`)?.textContent.trim();
}

function facts(lane) {
  const message = lane.latest?.closest("[data-message]");
  const [tokens, duration] = [fact(message, "tokens"), fact(message, "duration")];
  const structure = message?.querySelector("[data-structure-label]")?.textContent;
  if (awaited(lane).length) return [`it waits for the result of ${awaited(lane).join(" and ")}`];
  return [[tokens, duration].filter(Boolean).join(" in "), structure].filter(Boolean);
}

/** Names of the functions it called and was given no result of. */
function awaited(lane) {
  const called = lane.latest?.closest("[data-message]").querySelectorAll("[data-call-state='open']") ?? [];
  return [...called].map(({ dataset }) => dataset.callName);
}

function reason(lane) {
  return lane.latest?.closest("[data-message]").querySelector("[data-error-message]")?.textContent.trim() ?? "";
}

/** Of each state, what to say of these lanes. */
function sentence(state, lanes) {
  if (state === "failed") {
    const reasons = [...new Set(lanes.map(reason))].filter(Boolean);
    const who = lanes.length > BY_NAME ? `${lanes.length} lanes` : lanes.map(({ letter }) => `Lane ${letter}`).join(" and ");
    return `${who} failed${reasons.length === 1 ? `: ${reasons[0]}` : "."}`;
  }
  const waiting = lanes.filter((lane) => awaited(lane).length).length;
  if (lanes.length > BY_NAME) return `${lanes.length} lanes ${state}${waiting ? `, ${waiting} of them wait for results` : ""}.`;
  return lanes.map((lane) => `${[`Lane ${lane.letter}: ${state}`, ...(RUNNING.has(state) ? [] : facts(lane))].join(", ")}.`).join(" ");
}

export class Announcer {
  constructor(board) {
    this.board = board;
    this.states = new Map();
    this.changed = new Set();
    this.faults = new Map();
    this.look();
    this.changed.clear();
    board.element.addEventListener("lane:state", () => this.look());
    board.element.addEventListener("structure:fault", ({ target }) => this.hear(target));
  }

  /** An answer that is still written is not the JSON it should be. Of several trials that is told of the one that is looked at. */
  hear(line) {
    if (line.closest("[hidden]")) return;
    this.faults.set(line.closest("[data-lane]").dataset.lane, line.textContent.trim());
    this.timer ??= setTimeout(() => this.tell(), TOGETHER);
  }

  /** An end is news only of what was being written: a lane that is cleared is idle without a word. */
  look() {
    for (const { letter, element } of this.board.lanes.values()) {
      const { state } = element.dataset;
      const before = this.states.get(letter);
      if (state === before) continue;
      this.states.set(letter, state);
      if (TOLD.has(state) && (isRunning(element) || RUNNING.has(before))) this.changed.add(letter);
      else this.changed.delete(letter);
    }
    if (this.changed.size) this.timer ??= setTimeout(() => this.tell(), TOGETHER);
  }

  tell() {
    this.timer = null;
    const by = new Map();
    for (const letter of this.changed) {
      const lane = this.board.lanes.get(letter);
      if (lane) by.set(this.states.get(letter), [...(by.get(this.states.get(letter)) ?? []), lane]);
    }
    this.changed.clear();
    const polite = [...by].filter(([state]) => state !== "failed").map((told) => sentence(...told));
    for (const [letter, fault] of this.faults) if (this.writes(letter)) polite.push(`Lane ${letter}: ${fault}.`);
    this.faults.clear();
    if (polite.length) announce(polite.join(" "));
    if (by.has("failed")) announce(sentence("failed", by.get("failed")), "assertive");
  }

  /** What has ended says by its own end what it is. */
  writes(letter) {
    const lane = this.board.lanes.get(letter);
    return lane && isRunning(lane.element);
  }
}
