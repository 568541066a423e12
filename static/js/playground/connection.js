// A quiet word while the line is down. A short break is not worth one.

const SHOWN_AFTER = 600;
let timer;

/** `isOver`: it does not come back. */
export function showConnection(board, notice, open, isOver = false) {
  clearTimeout(timer);
  board.dataset.line = open ? "open" : "closed";
  if (open) notice.hidden = true;
  else if (isOver) {
    notice.textContent = notice.dataset.over;
    notice.hidden = false;
  } else timer = setTimeout(() => (notice.hidden = false), SHOWN_AFTER);
}
