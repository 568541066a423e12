// One rendering pass per animation frame for all lanes, within a budget: whoever did not get a turn comes first next time.

const BUDGET = 7;
/** A rendering that took long is not repeated before several times that long has gone by. */
const REST = 5;
/** Layout and paint cost more than scripts and cannot be timed from here: what is seen of them is a late frame, and
 *  then fewer lanes get a turn in each. */
const LATE = 22;
const MOST = 16;
let turns = MOST;
let last = 0;
const waiting = new Set();
const due = new WeakMap();
let asked = false;

/** `job()` is called in a frame to come; it returns true while it has more to do. */
export function wake(job) {
  waiting.add(job);
  ask();
}

function ask() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(turn);
}

function pace(now) {
  const took = now - last;
  last = now;
  if (took > 1000) return;
  if (took > LATE) turns = Math.max(1, Math.min(turns, waiting.size) - 1);
  else turns = Math.min(MOST, turns + 0.03);
}

function turn(now) {
  asked = false;
  pace(now);
  const started = performance.now();
  let left = Math.floor(turns);
  for (const job of [...waiting]) {
    if ((due.get(job) ?? 0) > now) continue;
    if (left <= 0 || performance.now() - started > BUDGET) break;
    left -= 1;
    waiting.delete(job);
    const before = performance.now();
    const more = job();
    const took = performance.now() - before;
    due.set(job, now + Math.min(took * REST, 250));
    if (more) waiting.add(job);
  }
  if (waiting.size) ask();
}
