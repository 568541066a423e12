// One lane: its transcript, its running answer, its place on the screen.
import { Arrivals } from "./arrivals.js";
import { fragment } from "./fragment.js";
import { finishAll } from "./highlighting.js";
import { focusMessage } from "./place.js";
import { Run } from "./run.js";
import { isRunning, RUNNING, showProvider, showState } from "./state.js";
import { Autoscroll } from "./autoscroll.js";
import { Trials } from "./trials.js";

const BEING_WRITTEN = [...RUNNING].map((state) => `[data-answer-state="${state}"]`).join();

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
    /** A head that waits to be shown. */
    this.nextHead = null;
    this.trials = new Trials(this);
    this.seen = true;
    finishAll(this.messages);
    this.trials.found(this.messages);
    if (isRunning(element)) this.begin(this.messages);
  }

  get latest() {
    return this.messages.querySelector("[data-answer='latest']");
  }

  /** Its messages; of several trials the one that is looked at. */
  get shown() {
    return [...this.messages.querySelectorAll("[data-message]:not([hidden])")];
  }

  message(id) {
    return this.messages.querySelector(`[data-message="${id}"]`);
  }

  /** The run of this answer, begun if need be; null when its message has not come yet. What is still said of an answer
   *  that has ended was overtaken by its end: it begins nothing. */
  running(id) {
    if (this.run?.id === id) return this.run;
    const message = this.message(id);
    if (!RUNNING.has(message?.querySelector("[data-answer]")?.dataset.answerState)) return null;
    return "trial" in message.dataset ? this.trials.run(message) : (this.run = new Run(this, id));
  }

  /** The run of this answer, if it was begun. */
  begun(id) {
    return this.run?.id === id ? this.run : this.trials.runs.get(id);
  }

  begin(root) {
    for (const { dataset } of root.querySelectorAll(BEING_WRITTEN)) this.running(dataset.answerId);
  }

  /** Only of the answer that it writes now. */
  ended(run, state) {
    if (this.run !== run) return;
    this.run = null;
    this.element.removeAttribute("aria-busy");
    showState(this.element, state);
  }

  /** The whole transcript, as it is now; of the lane that has the letter now. */
  replace({ id, revision, html }) {
    if (revision < this.revision) return;
    this.element.dataset.laneId = id;
    const at = this.focusedAt();
    const edits = this.messages.querySelectorAll("[data-editing]");
    const { scrollTop } = this.scroller;
    this.leave();
    this.messages.innerHTML = html;
    this.changed(revision, this.messages);
    const state = this.latest?.dataset.answerState ?? "idle";
    this.element.removeAttribute("aria-busy");
    this.begin(this.messages);
    showState(this.element, state);
    this.trials.state();
    for (const edit of edits) this.goOn(edit);
    if (!this.autoscroll.following) this.scroller.scrollTop = scrollTop;
    if (at) this.focusAgain(at);
  }

  /** What is being written in a message that is still there is not lost. */
  goOn(edit) {
    const message = this.message(edit.dataset.message);
    if (!message) return;
    edit.hidden = message.hidden;
    edit.toggleAttribute("data-chosen", "chosen" in message.dataset);
    message.replaceWith(edit);
  }

  /** What is being written is shown here no more. */
  leave() {
    for (const run of [this.run, ...this.trials.runs.values()]) run?.leave();
    this.run = null;
    this.trials.runs.clear();
  }

  focusedAt() {
    const field = document.activeElement;
    const message = field.closest("[data-message]") ?? field.closest("[data-trials]")?.querySelector("[data-message]:not([hidden])");
    if (!this.messages.contains(message)) return null;
    const { scrollTop, selectionStart, selectionEnd, selectionDirection } = field;
    const selection = [selectionStart, selectionEnd, selectionDirection];
    return { field, scrollTop, selection, id: message.dataset.message, at: this.shown.indexOf(message) };
  }

  /** Who writes in a field goes on writing there. */
  focusAgain({ field, scrollTop, selection, id, at }) {
    const same = field.isConnected ? field : this.messages.querySelector(`textarea[id="${field.id}"]`);
    if (!same) return this.focusNear(id, at);
    same.focus({ preventScroll: true });
    if (same.matches("textarea")) same.setSelectionRange(...selection);
    same.scrollTop = scrollTop;
  }

  /** The same message, else the one in its place: where the last one is gone, the one before it. */
  focusNear(id, at) {
    const { shown } = this;
    const message = shown.find(({ dataset }) => dataset.message === id) ?? shown.at(Math.min(at, shown.length - 1));
    if (message) focusMessage(message);
    else this.scroller.focus({ preventScroll: true });
  }

  append({ revision, html }) {
    const came = fragment(html);
    const answer = came.querySelector("[data-answer='latest']");
    this.trials.over();
    if (answer && this.latest) this.pass(this.latest);
    const messages = [...came.children];
    this.messages.append(...messages);
    messages.forEach((message) => this.changed(revision, message));
    if (!answer || !RUNNING.has(answer.dataset.answerState)) return;
    messages.forEach((message) => this.begin(message));
    showState(this.element, answer.dataset.answerState);
  }

  /** An earlier answer is not laid out while it is out of sight: without its size whoever reads further up would be moved. */
  pass(answer) {
    if (!this.autoscroll.following) answer.style.containIntrinsicBlockSize = `auto ${answer.offsetHeight}px`;
    answer.dataset.answer = "earlier";
  }

  /** A resume may have brought a newer one than this. A menu that is open in the head is not taken away by it. */
  head({ revision, html }) {
    this.revision = Math.max(this.revision, revision);
    if (revision < this.headRevision) return;
    this.headRevision = revision;
    this.nextHead = fragment(html).firstElementChild;
    this.showHead();
  }

  provider(name, isSimulated) {
    for (const place of [this.element, this.nextHead]) if (place) showProvider(place, name, isSimulated);
  }

  showHead() {
    const menu = this.element.querySelector(".lane-head :popover-open");
    if (menu) return menu.addEventListener("toggle", () => this.showHead(), { once: true });
    if (!this.nextHead) return;
    const head = this.element.querySelector(".lane-head");
    const focused = head.contains(document.activeElement) && document.activeElement;
    head.replaceWith(this.nextHead);
    window.htmx?.process(this.nextHead);
    this.nextHead = null;
    const name = this.element.querySelector(".lane-model-name").textContent;
    this.element.setAttribute("aria-label", `Lane ${this.letter}: ${name}`);
    this.element.querySelector("[data-empty-name]").textContent = name;
    showState(this.element, this.element.dataset.state);
    if (focused) (document.getElementById(focused.id) ?? this.element.querySelector("[data-model-picker]")).focus();
  }

  changed(revision, root) {
    this.revision = revision;
    this.came(root);
  }

  came(root) {
    window.htmx?.process(root);
    this.trials.found(root);
    finishAll(root);
  }
}
