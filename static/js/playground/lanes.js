// Lanes that are opened and closed, here or in another tab.
import { fragment } from "./fragment.js";

/** Lanes of which it was told that they are closed: of their opening may be told after that. */
const closed = new Set();
/** Milliseconds until a board that could not be had is asked for again. */
const AGAIN = 2000;
/** Whether this tab asked for a lane that has not come yet: who only looks on is carried to none. */
let isOpening = false;

export function addLane(board, { html }) {
  const element = fragment(html).firstElementChild;
  if (put(board, element) && isOpening) element.scrollIntoView({ block: "nearest", inline: "nearest" });
  isOpening = false;
  showRoom(board);
  return true;
}

/** Where its letter sorts, in place of the one that had the letter. Returns whether it was not there. */
function put(board, element) {
  const { lane: letter, laneId } = element.dataset;
  const known = board.lanes.get(letter);
  if (known?.element.dataset.laneId === laneId || closed.has(laneId)) return false;
  if (known) remove(board, known);
  const after = [...board.lanes.values()].find((lane) => lane.letter > letter);
  board.element.insertBefore(element, after?.element ?? null);
  window.htmx?.process(element);
  board.findLanes();
  return true;
}

export function closeLane(board, { lane: letter, id }) {
  closed.add(id);
  const lane = board.lanes.get(letter);
  if (lane?.element.dataset.laneId !== id) return true;
  remove(board, lane);
  showRoom(board);
  return true;
}

document.addEventListener("htmx:beforeRequest", ({ detail: { elt, requestConfig } }) => {
  if (requestConfig.verb === "post" && elt.closest("[data-opens-lane]")) isOpening = true;
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful) isOpening = false;
});

function neighbour(board, letter) {
  const letters = [...board.lanes.keys()].sort();
  return board.lanes.get(letters[letters.indexOf(letter) + 1] ?? letters[letters.indexOf(letter) - 1]);
}

function remove(board, lane) {
  const { letter, element } = lane;
  lane.leave();
  const focused = element.contains(document.activeElement);
  const next = neighbour(board, letter);
  if ("alone" in element.dataset) delete board.element.dataset.focused;
  element.remove();
  board.findLanes();
  if (focused) next?.scroller.focus({ preventScroll: true });
}

function showRoom(board) {
  const add = document.querySelector("[data-add-lane]");
  if (add) add.disabled = board.lanes.size >= 8;
}

/** The lanes that are the same stay as they are; transcripts come in frames of their own. */
export async function fetchBoard(board) {
  const headers = { "HX-Request": "true" };
  const html = await fetch(board.element.dataset.board, { headers }).then((answer) => (answer.ok ? answer.text() : null)).catch(() => null);
  // The server, asked what is lacking, says again that the lanes are others.
  if (html === null) return setTimeout(() => board.lacks(), AGAIN);
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelectorAll("[data-lane]");
  const there = new Set([...fresh].map(({ dataset }) => dataset.laneId));
  for (const lane of board.lanes.values()) if (!there.has(lane.element.dataset.laneId)) remove(board, lane);
  for (const element of fresh) put(board, element);
  showRoom(board);
  board.element.dispatchEvent(new CustomEvent("board:fetched"));
}
