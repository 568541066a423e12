// Keys on cards: Space chooses, arrows go to the neighbour in sight, Escape clears.
import { isWriting } from "../keys.js";
import { clear, isEmpty, toggle } from "./selection.js";

const HALF = 0.5;

function middle(card) {
  const box = card.getBoundingClientRect();
  return { x: box.left + box.width * HALF, y: box.top + box.height * HALF, top: box.top };
}

/** The card after or before in the row's reading order; for up and down the nearest one of the next row. */
function neighbour(card, key) {
  const all = [...card.parentElement.querySelectorAll("[data-model]")];
  const at = all.indexOf(card);
  if (key === "ArrowRight") return all[at + 1];
  if (key === "ArrowLeft") return all[at - 1];
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1);
  const here = middle(card);
  const isDown = key === "ArrowDown";
  const beyond = all.filter((other) => (isDown ? middle(other).top > here.top + 1 : middle(other).top < here.top - 1));
  const tops = beyond.map((other) => middle(other).top);
  const row = isDown ? Math.min(...tops) : Math.max(...tops);
  return beyond
    .filter((other) => Math.abs(middle(other).top - row) < 1)
    .sort((one, two) => Math.abs(middle(one).x - here.x) - Math.abs(middle(two).x - here.x))[0];
}

const MOVES = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End"];

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const card = event.target.closest?.("[data-model]");
  if (card && event.target === card && (event.key === " " || event.key === "Enter")) {
    event.preventDefault();
    toggle(card);
  } else if (card && MOVES.includes(event.key)) {
    event.preventDefault();
    neighbour(card, event.key)?.focus();
  } else if (event.key === "Escape" && !isEmpty() && !isWriting(event.target)) {
    // What floats above the page closes first.
    if (!document.querySelector("dialog:modal, [popover]:popover-open")) clear();
  }
});
