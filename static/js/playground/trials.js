// Several answers to one question in a lane, in one place. Which is looked at is this tab's own; which is in use, the server's.
import { finishAll } from "./highlighting.js";
import { focusMessage } from "./place.js";
import { RUNNING, showState } from "./state.js";
import { TrialRun } from "./trial-run.js";
import { itemsOf, showBar, showSpread, stateOf } from "./trials-bar.js";

const setOf = (element) => element.closest("[data-trials]");
const isOver = (set) => "over" in set.dataset;

export class Trials {
  constructor(lane) {
    Object.assign(this, { lane, runs: new Map(), looks: new Map() });
  }

  /** The run of this message, begun if need be. */
  run(message) {
    const id = message.dataset.message;
    if (!this.runs.has(id)) this.runs.set(id, new TrialRun(this.lane, id));
    this.lane.run = null;
    return this.runs.get(id);
  }

  get running() {
    return [...this.runs.values()].filter(({ ending }) => !ending);
  }

  get shown() {
    return [...this.runs.values()].find(({ isShown }) => isShown);
  }

  /** Deltas name the first trial by the lane's letter alone, the others by letter and number. */
  at(address) {
    const number = address.slice(1) || "1";
    return this.running.find(({ message }) => message.dataset.trial === number);
  }

  /** Sets that have come: what was looked at before they came anew still is. */
  found(root) {
    const sets = root.matches("[data-trials]") ? [root] : root.querySelectorAll("[data-trials]");
    for (const set of sets) {
      if (set.querySelector("[data-editing]")) continue;
      const items = itemsOf(set);
      const wanted = this.lookedAt(set);
      const sought = items.find(({ id }) => `#${id}` === location.hash);
      this.put(set, items.find(({ dataset }) => dataset.trial === wanted) ?? sought ?? items.find(({ dataset }) => "chosen" in dataset) ?? items[0]);
    }
    this.lane.element.toggleAttribute("data-has-trials", this.lane.messages.querySelector("[data-trials]") !== null);
  }

  /** The number of a trial. What was looked at before the lane went on is forgotten then: see `over`. */
  lookedAt(set) {
    const look = this.looks.get(set.dataset.trials);
    if (look?.isOver || !isOver(set)) return look?.trial;
    this.looks.delete(set.dataset.trials);
  }

  put(set, item) {
    const items = itemsOf(set);
    const isLatest = set.querySelector("[data-answer='latest']") !== null;
    for (const each of items) {
      each.hidden = each !== item;
      const answer = each.querySelector("[data-answer]");
      if (answer) answer.dataset.answer = isLatest && each === item ? "latest" : "earlier";
    }
    showBar(set);
  }

  /** The top of the answer stays where it is; whoever follows a growing one goes on following. */
  look(set, at) {
    const items = itemsOf(set);
    const item = items.at(at % items.length);
    if (!item.hidden) return;
    const hadFocus = items.find(({ hidden }) => !hidden)?.contains(document.activeElement);
    const { scroller, autoscroll } = this.lane;
    const { scrollTop } = scroller;
    // Nothing below moves up, nor does a lane scroll that would be too short for its place.
    set.style.minHeight = `${set.offsetHeight}px`;
    autoscroll.following &&= RUNNING.has(stateOf(item));
    this.looks.set(set.dataset.trials, { trial: item.dataset.trial, isOver: isOver(set) });
    this.put(set, item);
    if (hadFocus) focusMessage(item);
    this.runs.get(item.dataset.message)?.render();
    this.runs.get(item.dataset.message)?.soon();
    if (!autoscroll.following) {
      scroller.scrollTop = scrollTop;
      autoscroll.keep();
    }
    this.state();
  }

  flip(set, by) {
    const at = itemsOf(set).findIndex(({ hidden }) => !hidden);
    this.look(set, at + by);
  }

  /** The lane goes on: what it goes on from is what is seen. */
  over() {
    for (const set of this.lane.messages.querySelectorAll("[data-trials]:not([data-over])")) {
      set.dataset.over = "";
      set.style.minHeight = "";
      this.looks.delete(set.dataset.trials);
      this.put(set, itemsOf(set).find(({ dataset }) => "chosen" in dataset) ?? itemsOf(set)[0]);
    }
  }

  /** `calls`: by message, its cards, of which only those of the chosen one wait for results. */
  chose(id, spread, calls) {
    const message = this.lane.message(id);
    const set = message && setOf(message);
    if (!set) return;
    for (const item of itemsOf(set)) item.toggleAttribute("data-chosen", item === message);
    showSpread(set, spread);
    showBar(set);
    for (const [message, html] of Object.entries(calls)) {
      const place = this.lane.message(message)?.querySelector("[data-calls]");
      // One that is being edited shows none.
      if (!place) continue;
      place.innerHTML = html;
      finishAll(place);
    }
    this.state();
  }

  moved(message) {
    showBar(setOf(message));
    this.state();
  }

  spread(message, html) {
    showSpread(setOf(message), html);
  }

  ended(message) {
    this.giveWay(message);
    const isLast = !itemsOf(setOf(message)).some((item) => RUNNING.has(stateOf(item)));
    if (isLast) this.lane.element.removeAttribute("aria-busy");
    this.moved(message);
  }

  /** Of one that failed with nothing said there is nothing to see while another still speaks; unless somebody looks. */
  giveWay(message) {
    const set = setOf(message);
    const { trials } = set.dataset;
    const saidNothing = message.querySelector("[data-answer]").textContent === "";
    if (message.hidden || stateOf(message) !== "failed" || !saidNothing || this.looks.has(trials)) return;
    const next = itemsOf(set).findIndex((item) => RUNNING.has(stateOf(item)));
    if (next < 0) return;
    this.look(set, next);
    this.looks.delete(trials);
  }

  rendered(run) {
    this.runs.delete(run.id);
  }

  /** The lane is doing what the answer does that is looked at, or else the one that is furthest. */
  state() {
    const set = this.lane.latest && setOf(this.lane.latest);
    if (!set) return;
    const states = itemsOf(set).map(stateOf);
    const own = this.lane.latest.dataset.answerState ?? "done";
    const furthest = [...RUNNING].findLast((state) => states.includes(state));
    showState(this.lane.element, RUNNING.has(own) ? own : (furthest ?? own));
  }
}

export function bindTrials(board) {
  const trialsAt = (element) => board.lanes.get(element.closest("[data-lane]").dataset.lane).trials;
  const verbs = {
    "[data-flip]": (button, set) => trialsAt(button).flip(set, Number(button.dataset.flip)),
    "[data-look]": (button, set) => trialsAt(button).look(set, Number(button.dataset.look)),
  };
  board.element.addEventListener("click", ({ target }) => {
    for (const [selector, verb] of Object.entries(verbs)) {
      const button = target.closest(selector);
      const set = button && setOf(button);
      if (set) verb(button, set);
    }
  });
  board.element.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const bar = by && event.target.closest?.("[data-trials-bar]");
    if (!bar || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    trialsAt(bar).flip(setOf(bar), by);
  });
  board.element.addEventListener("htmx:afterSwap", ({ target }) => {
    const set = target.isConnected && target.closest("[data-trials]");
    if (set) trialsAt(set).found(set);
  });
}
