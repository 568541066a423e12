// A quiet word while the line is down. A short break is not worth one.

const SHOWN_AFTER = 600;
let timer;

export function showConnection(board, notice, open) {
  clearTimeout(timer);
  board.dataset.line = open ? "open" : "closed";
  if (open) notice.hidden = true;
  else timer = setTimeout(() => (notice.hidden = false), SHOWN_AFTER);
}
