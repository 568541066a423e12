// One lane alone on the board, the others kept as they are behind it.

export function leaveFocus({ element }) {
  const alone = element.querySelector("[data-alone]");
  if (!alone) return false;
  delete element.dataset.focused;
  delete alone.dataset.alone;
  alone.querySelector("[data-lane-scroll]").focus({ preventScroll: true });
  return true;
}

export function focusLane(board, lane) {
  if (leaveFocus(board) || !lane || board.lanes.size < 2) return;
  board.element.dataset.focused = "";
  lane.dataset.alone = "";
  lane.querySelector("[data-lane-scroll]").focus({ preventScroll: true });
}

export function bindFocus(board) {
  board.element.addEventListener("dblclick", (event) => {
    if (event.target.closest("button, [popover]")) return;
    const head = event.target.closest(".lane-head");
    if (head) focusLane(board, head.closest("[data-lane]"));
  });
}
