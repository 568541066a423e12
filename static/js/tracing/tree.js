// The tree of a trace: opened and closed, walked with the arrow keys, and marked where the call beside it stands.
import { register } from "../commands.js";

const PAUSE = 150;
let opening;

const tree = () => document.querySelector("[data-tree]");
const links = () => [...tree().querySelectorAll("[data-call-link]")].filter((link) => link.checkVisibility());
const toggleOf = (branch) => branch?.querySelector(":scope > .branch-row > [data-branch-toggle]");

function open(toggle, isOpen) {
  const below = toggle.closest("[data-branch]").querySelector(":scope > .branches");
  toggle.setAttribute("aria-expanded", String(isOpen));
  below.hidden = !isOpen;
}

function mark() {
  for (const link of tree()?.querySelectorAll("[data-call-link]") ?? []) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** The call is opened when the keys rest. */
function goTo(link) {
  link?.focus();
  clearTimeout(opening);
  opening = setTimeout(() => link?.click(), PAUSE);
}

function along(link, step) {
  const shown = links();
  goTo(shown[shown.indexOf(link) + step]);
}

const keys = {
  ArrowDown: (link) => along(link, 1),
  ArrowUp: (link) => along(link, -1),
  ArrowRight(link) {
    const toggle = toggleOf(link.closest("[data-branch]"));
    if (toggle?.getAttribute("aria-expanded") === "false") toggle.click();
    else if (toggle) along(link, 1);
  },
  ArrowLeft(link) {
    const branch = link.closest("[data-branch]");
    const toggle = toggleOf(branch);
    if (toggle?.getAttribute("aria-expanded") === "true") toggle.click();
    else goTo(branch.parentElement.closest("[data-branch]")?.querySelector("[data-call-link]"));
  },
};

const walking = { within: "[data-call-link]", repeats: true, hidden: true, run: (_none, { key, target }) => keys[key](target.closest("[data-call-link]")) };

register("Trace", [
  { id: "trace.move", keys: ["arrowdown", "arrowup"], words: "Next or previous call", ...walking },
  { id: "trace.open", keys: ["arrowright", "arrowleft"], words: "Open or close what is below", ...walking },
]);

document.addEventListener("click", ({ target }) => {
  const toggle = target.closest("[data-branch-toggle]");
  if (toggle) open(toggle, toggle.getAttribute("aria-expanded") === "false");
});

for (const name of ["htmx:pushedIntoHistory", "htmx:afterSwap"]) document.addEventListener(name, mark);
