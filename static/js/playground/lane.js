// One lane: its transcript, its running answer, its place on the screen.
import { Arrivals } from "./arrivals.js";
import { finishAll } from "./highlighting.js";
import { focusMessage } from "./place.js";
import { Run } from "./run.js";
import { isRunning, RUNNING, showState } from "./state.js";
import { Autoscroll } from "./autoscroll.js";

export class Lane {
  constructor(element, lacking) {
    this.element = element;
    this.letter = element.dataset.lane;
    this.revision = this.headRevision = Number(element.dataset.revision);
    this.messages = element.querySelector("[data-messages]");
    this.scroller = element.querySelector("[data-lane-scroll]");
    this.arrivals = new Arrivals(lacking);
    this.autoscroll = new Autoscroll(element);
    this.run = null;
    this.seen = true;
    finishAll(this.messages);
    if (isRunning(element)) this.running(this.latest.dataset.answerId);
  }

  get latest() {
    return this.messages.querySelector("[data-answer='latest']");
  }

  message(id) {
    return this.messages.querySelector(`[data-message="${id}"]`);
  }

  /** The run of this answer, begun if need be; null when its message has not come yet. What is still said of an answer
   *  that has ended was overtaken by its end: it begins nothing. */
  running(id) {
    if (this.run?.id === id) return this.run;
    const answer = this.message(id)?.querySelector("[data-answer]");
    if (!RUNNING.has(answer?.dataset.answerState)) return null;
    return (this.run = new Run(this, id));
  }

  ended(run) {
    if (this.run === run) this.run = null;
  }

  /** The whole transcript, as it is now; of the lane that has the letter now. */
  replace({ id, revision, html }) {
    if (revision < this.revision) return;
    this.element.dataset.laneId = id;
    const at = this.focusedAt();
    const { scrollTop } = this.scroller;
    this.run = null;
    this.messages.innerHTML = html;
    this.changed(revision, this.messages);
    if (!this.autoscroll.following) this.scroller.scrollTop = scrollTop;
    if (at) this.focusAgain(at);
    const state = this.latest?.dataset.answerState ?? "idle";
    this.element.removeAttribute("aria-busy");
    if (RUNNING.has(state)) this.running(this.latest.dataset.answerId);
    showState(this.element, state);
  }

  focusedAt() {
    const message = document.activeElement?.closest("[data-message]");
    return this.messages.contains(message) && { id: message.dataset.message, at: [...this.messages.children].indexOf(message) };
  }

  /** The same message, else the one in its place: where the last one is gone, the one before it. */
  focusAgain({ id, at }) {
    const message = this.message(id) ?? this.messages.children[Math.min(at, this.messages.children.length - 1)];
    if (message) focusMessage(message);
    else this.scroller.focus({ preventScroll: true });
  }

  append({ revision, html }) {
    const came = document.createElement("template");
    came.innerHTML = html;
    const answer = came.content.querySelector("[data-answer='latest']");
    if (answer) this.latest?.setAttribute("data-answer", "earlier");
    const messages = [...came.content.children];
    this.messages.append(...messages);
    messages.forEach((message) => this.changed(revision, message));
    this.autoscroll.following = true;
    if (!answer || !RUNNING.has(answer.dataset.answerState)) return;
    this.running(answer.dataset.answerId);
    showState(this.element, answer.dataset.answerState);
  }

  /** A resume may have brought a newer one than this. */
  head({ revision, html }) {
    this.revision = Math.max(this.revision, revision);
    if (revision < this.headRevision) return;
    this.headRevision = revision;
    const head = this.element.querySelector(".lane-head");
    const focused = head.contains(document.activeElement);
    head.outerHTML = html;
    window.htmx?.process(this.element.querySelector(".lane-head"));
    const name = this.element.querySelector(".lane-model-name").textContent;
    this.element.setAttribute("aria-label", `Lane ${this.letter}: ${name}`);
    this.element.querySelector("[data-empty-name]").textContent = name;
    showState(this.element, this.element.dataset.state);
    if (focused) this.element.querySelector("[data-model-picker]").focus();
  }

  changed(revision, root) {
    this.revision = revision;
    window.htmx?.process(root);
    finishAll(root);
  }
}
