// A quiet word while the line is down. A short break is not worth one.

const SHOWN_AFTER = 600;
let timer;

export function showConnection(element, open) {
  clearTimeout(timer);
  if (open) element.hidden = true;
  else timer = setTimeout(() => (element.hidden = false), SHOWN_AFTER);
}
