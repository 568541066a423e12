// An edit that is saved or given up gives the focus to its message.
import { focusMessage } from "./place.js";

let edited = null;

export function bindEdits() {
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const form = detail.target.closest?.("[data-editing][data-message]");
    edited = form?.contains(document.activeElement) ? form.id : edited;
  });
  document.addEventListener("htmx:afterSettle", () => {
    const message = edited && document.getElementById(edited);
    if (message && document.activeElement === document.body && !("editing" in message.dataset)) focusMessage(message);
    edited = null;
  });
}
