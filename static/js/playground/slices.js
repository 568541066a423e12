// How much of a text that grows is taken on: by one rendering, and as Markdown at all.
import { LONGEST, MOST_LINES } from "./bounds.js";

/** Characters and lines of one rendering: after a long absence the rest comes a frame later. */
const SLICE = 6000;
const LINES = 100;
/** And cells of a table: laid out together, very many make a long task. */
const CELLS = 1000;
const LEAST = 20;

/** Where in `pending` the next rendering's text ends; below a `head` that may be a wide table's, after fewer lines. */
export function endOfSlice(pending, head) {
  const most = Math.min(LINES, Math.max(CELLS / head.split("|").length, LEAST));
  const end = endOfLines(pending, most, Math.min(pending.length, SLICE));
  // Half of a line's end, or of a character, waits for the other half.
  return end < pending.length && /[\r\ud800-\udbff]/.test(pending[end - 1]) ? end - 1 : end;
}

/** Where `most` lines of `text` end, if that is before `end`. */
function endOfLines(text, most, end) {
  let at = 0;
  for (let lines = 0; lines < most; lines += 1) {
    at = text.indexOf("\n", at) + 1;
    if (!at || at >= end) return end;
  }
  return at;
}

/** What an answer may still have before the rest of it is only added as text. */
export class Room {
  constructor() {
    this.characters = LONGEST;
    this.lines = MOST_LINES;
  }

  /** Where in `text` that ends for which there is room. */
  take(text) {
    let end = Math.min(text.length, this.characters);
    if (/[\ud800-\udbff]/.test(text[end - 1])) end -= 1;
    end = this.takeLines(text, end);
    this.characters -= end;
    return end;
  }

  takeLines(text, end) {
    let at = 0;
    for (; this.lines; this.lines -= 1) {
      at = text.indexOf("\n", at) + 1;
      if (!at || at > end) return end;
    }
    return at;
  }
}
