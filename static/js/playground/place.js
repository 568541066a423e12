// Where somebody is on the board: what keys act on.

let last;

export function bindPlace(board) {
  board.element.addEventListener("focusin", ({ target }) => {
    last = target.closest("[data-lane]")?.dataset.lane ?? last;
  });
}

/** The lane that has the focus, or had it last; of one that is alone, that one. */
export function laneNow(board) {
  const within = document.activeElement?.closest?.("[data-lane]") ?? board.element.querySelector("[data-alone]");
  return board.lanes.get(within?.dataset.lane ?? last) ?? board.lanes.values().next().value;
}

/** The message that has the focus; without one, the lane's latest answer. */
export function messageNow(board) {
  return document.activeElement?.closest?.("[data-message]") ?? laneNow(board)?.latest?.closest("[data-message]");
}

export function focusMessage(message) {
  message.tabIndex = -1;
  message.focus({ preventScroll: true });
}

/** Brings the lane into sight; where one stands alone, this one instead. On a phone its tab follows. */
export function goToLane(board, { element, scroller }) {
  const alone = board.element.querySelector("[data-alone]");
  if (alone) {
    delete alone.dataset.alone;
    element.dataset.alone = "";
  }
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
  scroller.focus({ preventScroll: true });
}
