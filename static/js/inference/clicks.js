// A click anywhere on a card but on its links and buttons chooses it; one beside the cards clears the choice.
import { clear, isEmpty, restore, toggle } from "./selection.js";

const CONTROLS = "a, button, input, select, label, summary, [role='button']";

function isReading(card) {
  const selection = getSelection();
  return !selection.isCollapsed && card.contains(selection.anchorNode);
}

document.querySelector("main.page")?.addEventListener("click", (event) => {
  const card = event.target.closest("[data-model]");
  const tick = event.target.closest("[data-toggle]");
  if (tick) {
    event.preventDefault();
    toggle(card);
  } else if (event.target.closest("[data-clear]")) {
    event.preventDefault();
    clear();
  } else if (event.target.closest(CONTROLS)) {
    return;
  } else if (card) {
    if (!isReading(card)) toggle(card);
  } else if (!isEmpty() && !event.target.closest("form, .notice")) {
    clear();
  }
});
// A page that comes back from the browser's memory shows the choice of its address.
addEventListener("pageshow", restore);
addEventListener("popstate", restore);
