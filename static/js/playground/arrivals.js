// Messages that come to a lane get an animation frame in their turn, so that eight lanes are not laid out in one. What the
// lane is told after them waits behind them: it hears everything in the order in which it was said.
import { wake } from "./scheduler.js";

/** New messages are more to lay out than the next words of an answer: so many turns of the scheduler's. */
const TURNS = 2;

export class Arrivals {
  /** `lacking()` is called when what waited turns out to have a gap before it. */
  constructor(lacking) {
    this.lacking = lacking;
    this.waiting = [];
    this.job = () => this.next();
  }

  /** Returns what `act()` does, or true while it waits. */
  take(act, isLarge = false) {
    if (!isLarge && !this.waiting.length) return act();
    this.waiting.push({ act, isLarge });
    wake(this.job, TURNS);
    return true;
  }

  /** Resolves when all that has come is shown. */
  settled() {
    return new Promise((resolve) => this.take(() => (resolve(), true)));
  }

  /** Returns whether there is more to do. */
  next() {
    const end = this.waiting.findIndex(({ isLarge }, at) => at > 0 && isLarge);
    const now = this.waiting.splice(0, end < 0 ? this.waiting.length : end);
    if (!now.map(({ act }) => act()).every(Boolean)) this.lacking();
    return this.waiting.length > 0;
  }
}
