// Keys on cards: Space chooses, arrows go to the neighbour in sight, Escape clears.
import { register } from "../commands.js";
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

const card = () => document.activeElement?.closest("[data-model]");
const within = "[data-model]";
/** A link or button in a card keeps its own keys. */
const onCard = { within, holds: () => document.activeElement === card(), hidden: true };

register("Inference", [
  { id: "models.move", keys: ["arrowup", "arrowdown", "arrowleft", "arrowright"], words: "Move between models", within, repeats: true, hidden: true, run: (_none, { key }) => neighbour(card(), key)?.focus() },
  { id: "models.ends", keys: ["home", "end"], words: "First or last model", within, hidden: true, run: (_none, { key }) => neighbour(card(), key)?.focus() },
  { id: "models.select", keys: ["space", "enter"], words: "Select or deselect a model", ...onCard, run: () => toggle(card()) },
  { id: "models.clear", keys: ["escape"], words: "Deselect all", also: "clear", holds: () => !isEmpty(), run: clear },
]);
