// The list of comparisons: its dialogs, and a focus that is not lost when rows come and go.
import { bindDialogs } from "./dialogs.js";

let before = null;

bindDialogs();
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const more = detail.target.closest?.(".history-more");
  before = more?.contains(document.activeElement) ? more.previousElementSibling : null;
});
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement !== document.body) return;
  const next = before?.nextElementSibling?.querySelector("a") ?? document.getElementById("history-search");
  next?.focus();
});
