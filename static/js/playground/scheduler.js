// One rendering pass per animation frame for all lanes, within a budget: whoever did not get a turn comes first next time.
// It runs just after a frame, in a task of its own that lays out what it changed: with the frame's paint they would make one
// long task.

const BUDGET = 4;
/** A pass that took so long leaves the layout to the frame after all. */
const ENOUGH = 12;
/** A rendering that took long is not repeated before several times that long has gone by. */
const REST = 5;
/** Paint costs as much as scripts and cannot be timed from here: what is seen of it is a late frame, and then fewer lanes get
 *  a turn in each. */
const LATE = 19;
const MOST = 4;
let turns = MOST;
let last = 0;
const waiting = new Map();
const due = new WeakMap();
let asked = false;
const after = new MessageChannel();
after.port1.onmessage = ({ data }) => turn(data);

/** Now, not in the next frame. */
export function layOut() {
  document.documentElement.getBoundingClientRect();
}

/** `job()` is called in a frame to come, where it takes so many turns; it returns true while it has more to do. */
export function wake(job, takes = 1) {
  waiting.set(job, takes);
  ask();
}

function ask() {
  if (asked) return;
  asked = true;
  requestAnimationFrame((now) => after.port2.postMessage(now));
}

function pace(now) {
  const took = now - last;
  last = now;
  if (took > 1000) return;
  if (took > LATE) turns = Math.max(1, Math.min(turns, waiting.size) - 1);
  else turns = Math.min(MOST, turns + 0.01);
}

function turn(now) {
  asked = false;
  pace(now);
  const started = performance.now();
  let left = Math.floor(turns);
  for (const [job, takes] of [...waiting]) {
    if ((due.get(job) ?? 0) > now) continue;
    if (left <= 0 || performance.now() - started > BUDGET) break;
    left -= takes;
    waiting.delete(job);
    const before = performance.now();
    const more = job();
    const took = performance.now() - before;
    due.set(job, now + Math.min(took * REST, 250));
    if (more) waiting.set(job, takes);
  }
  if (performance.now() - started < ENOUGH) layOut();
  if (waiting.size) ask();
}
