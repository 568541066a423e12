// The bar under several answers to one question: which of them is looked at, how the others are, and which is in use.

export const itemsOf = (set) => [...set.querySelector("[data-trial-list]").children];
export const stateOf = (item) => item.querySelector("[data-answer]")?.dataset.answerState ?? "done";

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function showBar(set) {
  const items = itemsOf(set);
  const at = items.findIndex(({ hidden }) => !hidden);
  write(set.querySelector("[data-trials-place]"), `${at + 1} of ${items.length}`);
  set.querySelectorAll("[data-trials-bar] [data-look]").forEach((dot, place) => {
    dot.dataset.state = stateOf(items[place]);
    dot.toggleAttribute("data-in-use", "chosen" in items[place].dataset);
    dot.setAttribute("aria-current", String(place === at));
    dot.title = `Trial ${place + 1}: ${dot.dataset.state}${"inUse" in dot.dataset ? ", in use" : ""}`;
    dot.setAttribute("aria-label", dot.title);
  });
  showChoice(set, items, at);
}

function showChoice(set, items, at) {
  const button = set.querySelector("[data-choose]");
  const chosen = items.findIndex(({ dataset }) => "chosen" in dataset);
  const isOver = "over" in set.dataset && chosen !== at;
  button.setAttribute("aria-pressed", String(chosen === at));
  button.setAttribute("aria-disabled", String(isOver));
  button.title = isOver
    ? `The lane has already gone on with trial ${chosen + 1}. Delete what follows, then choose another.`
    : chosen === at ? "The lane goes on with this one" : `Go on with this one instead of trial ${chosen + 1}`;
}

/** The fold stays as its reader left it. */
export function showSpread(set, html) {
  const place = set.querySelector("[data-spread]");
  const isOpen = place.querySelector("details")?.open;
  const focused = place.contains(document.activeElement);
  place.innerHTML = html;
  const fold = place.querySelector("details");
  if (fold && isOpen) fold.open = true;
  if (focused) place.querySelector("summary")?.focus({ preventScroll: true });
}
