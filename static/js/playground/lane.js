// One lane: its transcript, its running answer, its place on the screen.
import { finishAll } from "./finishing.js";
import { Run } from "./run.js";
import { RUNNING, showState } from "./state.js";
import { Tail } from "./tail.js";

export class Lane {
  constructor(element) {
    this.element = element;
    this.letter = element.dataset.lane;
    this.messages = element.querySelector("[data-messages]");
    this.tail = new Tail(element);
    this.run = null;
    this.seen = true;
    finishAll(this.messages);
    this.tail.settle();
  }

  get latest() {
    return this.element.querySelector("[data-answer='latest']");
  }

  message(id) {
    return this.messages.querySelector(`[data-message="${id}"]`);
  }

  /** The run of this answer, begun if need be; null when its message has not come yet. */
  running(id) {
    if (this.run?.id === id) return this.run;
    if (!this.message(id)) return null;
    return (this.run = new Run(this, id));
  }

  ended(run) {
    if (this.run === run) this.run = null;
  }

  /** An end that was not watched: the message is replaced whole. */
  end({ answer, state, html }) {
    const message = this.message(answer);
    if (!message) return;
    message.outerHTML = html;
    this.look(this.message(answer));
    showState(this.element, state);
  }

  replace(html) {
    this.run = null;
    this.messages.innerHTML = html;
    this.look(this.messages);
    const state = this.latest?.dataset.answerState ?? "idle";
    this.element.toggleAttribute("aria-busy", RUNNING.has(state));
    showState(this.element, state);
    if (RUNNING.has(state)) this.running(this.latest.dataset.answerId);
  }

  append(html) {
    const came = document.createElement("template");
    came.innerHTML = html;
    const answer = came.content.querySelector("[data-answer='latest']");
    if (answer) this.latest?.setAttribute("data-answer", "earlier");
    this.messages.append(came.content);
    this.look(this.messages.lastElementChild);
    this.tail.following = true;
    if (!answer) return;
    showState(this.element, "queued");
    this.running(answer.dataset.answerId);
  }

  look(root) {
    window.htmx?.process(root);
    finishAll(root);
    this.tail.settle();
  }
}
