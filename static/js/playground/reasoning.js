// Reasoning streams into a fold that stays as its reader left it; while it is closed, nothing is rendered.
import { Stream } from "./stream.js";

const THINKING = "Thinking…";

export class Reasoning {
  constructor(fold, changed) {
    this.fold = fold;
    this.text = "";
    this.summary = fold?.querySelector("[data-reasoning-summary]");
    fold?.addEventListener("toggle", changed);
  }

  add(text) {
    this.started ??= performance.now();
    this.restore(this.text + text);
  }

  restore(text) {
    if (!this.fold || text === this.text) return;
    if (!this.text) {
      this.fold.hidden = false;
      // The fold says it now.
      this.fold.closest("[data-message]").querySelector("[data-phase]")?.setAttribute("hidden", "");
      this.summary.textContent = THINKING;
    }
    if (this.stream && !text.startsWith(this.text)) this.stream = null;
    this.text = text;
  }

  /** The answer itself begins. */
  over() {
    if (!this.text || !this.summary) return;
    const seconds = this.started && (performance.now() - this.started) / 1000;
    this.summary.textContent = seconds ? `Thought for ${seconds.toFixed(1)} s` : "Thoughts";
  }

  /** The server's measure replaces ours. */
  finish(milliseconds) {
    if (this.text && milliseconds !== null) this.summary.textContent = `Thought for ${(milliseconds / 1000).toFixed(1)} s`;
    else if (this.summary?.textContent === THINKING) this.summary.textContent = "Thoughts";
    this.stream?.finish();
  }

  /** Returns whether there is more to render. */
  render() {
    if (!this.fold?.open || !this.text) return false;
    this.stream ??= new Stream(this.fold.querySelector("[data-reasoning-text]"));
    this.stream.feed(this.text.slice(this.stream.source.length));
    if (this.stream.waits) this.stream.render();
    return this.stream.waits;
  }
}
