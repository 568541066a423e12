// One rendering pass per animation frame for all lanes, within a budget: whoever did not get a turn comes first next time.

const BUDGET = 7;
/** A rendering that took long is not repeated before several times that long has gone by. */
const REST = 5;
const waiting = new Set();
const afterwards = new Set();
const due = new WeakMap();
let asked = false;

/** `job()` is called in a frame to come; it returns true while it has more to do. */
export function wake(job) {
  waiting.add(job);
  ask();
}

/** Called after the renderings of a frame, when reading the layout costs once for all. */
export function eachFrame(callback) {
  afterwards.add(callback);
}

function ask() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(turn);
}

function turn(now) {
  asked = false;
  const started = performance.now();
  for (const job of [...waiting]) {
    if ((due.get(job) ?? 0) > now) continue;
    if (performance.now() - started > BUDGET) break;
    waiting.delete(job);
    const before = performance.now();
    const more = job();
    const took = performance.now() - before;
    due.set(job, now + Math.min(took * REST, 250));
    if (more) waiting.add(job);
  }
  for (const callback of afterwards) callback();
  if (waiting.size) ask();
}
