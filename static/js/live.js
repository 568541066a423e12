// What still runs is asked for again while somebody looks at it: ever less often, and not forever.
const FIRST = 2000;
const SLOWEST = 15_000;
const UNTIL = 60 * 60 * 1000;
const begun = Date.now();
let pause = FIRST;
let timer;

const live = () => document.querySelector("[data-live]");

/** A swap would take the focus from what has no id to find it by. */
const isHeld = (element) => element.contains(document.activeElement) && !document.activeElement.id;

function ask() {
  const element = live();
  if (element && !document.hidden && !isHeld(element)) htmx.trigger(element, "live");
  else wait();
}

function wait() {
  clearTimeout(timer);
  if (!live() || Date.now() - begun > UNTIL) return;
  timer = setTimeout(ask, pause);
  pause = Math.min(pause * 1.1, SLOWEST);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  pause = FIRST;
  wait();
});
document.addEventListener("htmx:afterRequest", wait);
wait();
