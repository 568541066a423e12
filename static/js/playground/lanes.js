// Lanes that are opened and closed, here or in another tab.

/** Lanes of which it was told that they are closed: of their opening may be told after that. */
const closed = new Set();

export function addLane(board, { lane, html }) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const element = template.content.firstElementChild;
  const known = board.lanes.get(lane)?.element;
  if (known?.dataset.laneId === element.dataset.laneId || closed.has(element.dataset.laneId)) return true;
  if (known) remove(board, known);
  const after = [...board.lanes.values()].find(({ letter }) => letter > lane);
  board.element.insertBefore(element, after?.element ?? null);
  window.htmx?.process(element);
  board.findLanes();
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
  showRoom(board);
  return true;
}

export function closeLane(board, { lane, id }) {
  closed.add(id);
  const element = board.lanes.get(lane)?.element;
  if (element?.dataset.laneId !== id) return true;
  const focused = element.contains(document.activeElement);
  const next = neighbour(board, lane);
  remove(board, element);
  if (focused) next?.scroller.focus({ preventScroll: true });
  showRoom(board);
  return true;
}

function neighbour(board, letter) {
  const letters = [...board.lanes.keys()].sort();
  return board.lanes.get(letters[letters.indexOf(letter) + 1] ?? letters[letters.indexOf(letter) - 1]);
}

function remove(board, element) {
  if ("alone" in element.dataset) delete board.element.dataset.focused;
  element.remove();
  board.findLanes();
}

function showRoom(board) {
  const add = document.querySelector("[data-add-lane]");
  if (add) add.disabled = board.lanes.size >= 8;
}

/** The lanes that are the same stay as they are; transcripts come in frames of their own. */
export async function fetchBoard(board) {
  const answer = await fetch(board.element.dataset.board, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const old = new Map([...board.lanes.values()].map(({ element }) => [element.dataset.laneId, element]));
  for (const lane of fresh.querySelectorAll("[data-lane]")) {
    const element = old.get(lane.dataset.laneId) ?? document.importNode(lane, true);
    if (!old.delete(lane.dataset.laneId)) window.htmx?.process(element);
    board.element.append(element);
  }
  for (const gone of old.values()) gone.remove();
  board.findLanes();
  showRoom(board);
  board.element.dispatchEvent(new CustomEvent("board:fetched"));
}
