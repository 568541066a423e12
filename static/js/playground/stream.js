// An answer as it grows. Finished blocks are sealed: neither their text nor their DOM is looked at again.
import { readBlocks } from "./markdown.js";
import { readTree, reconcile } from "./tree.js";

/** How much text one rendering takes on at most: after a long absence the rest comes a frame later. */
const SLICE = 6000;
/** Blocks stand in parts of about so many characters. The browser leaves out whole parts that are out of sight, and for
 *  every new word looks at a few parts instead of at hundreds of blocks. */
const PART = 1200;
const DEFINITION = /^ {0,3}\[[^\]]+\]:/m;

export class Stream {
  constructor(element) {
    this.element = element;
    this.element.replaceChildren();
    this.source = "";
    // Apart from the source, of which every look inside makes a copy.
    this.pending = "";
    this.tail = "";
    this.open = [];
    this.references = {};
    this.begin();
  }

  /** What is mounted from now on stands in a part of its own. */
  begin() {
    this.part = document.createElement("div");
    this.part.className = "part";
    this.size = 0;
    this.element.append(this.part);
  }

  feed(text) {
    this.source += text;
    this.pending += text;
  }

  get waits() {
    return this.pending !== "";
  }

  render() {
    let until = Math.min(this.pending.length, SLICE);
    // Half of a line's end, or of a character, waits for the other half.
    if (until < this.pending.length && /[\r\ud800-\udbff]/.test(this.pending[until - 1])) until -= 1;
    this.tail = (this.tail + this.pending.slice(0, until)).replace(/\r\n?/g, "\n");
    this.pending = this.pending.slice(until);
    // A definition that is half there must not stand when the rest of it has come.
    const references = Object.create(this.references);
    const now = readTree(this.tail, references);
    reconcile(this.open, now, this.part, references);
    this.open = now;
    this.seal();
  }

  /** A link may have been used before it was defined: only now is that known. */
  finish() {
    while (this.waits) this.render();
    if (!DEFINITION.test(this.source)) return;
    const { element, source } = this;
    const whole = new Stream(element);
    readBlocks(source, whole.references);
    whole.feed(source);
    while (whole.waits) whole.render();
  }

  /** A block is finished once the block after it has a whole line and another: before that, the line under a
   *  paragraph may turn out to belong to it ("#" to "#hashtag", "---" to a heading, "2" to the next item). */
  seal() {
    const lines = this.tail.split("\n");
    const whole = lines.length - 1;
    let last = this.open.length - 1;
    while (last > 0 && this.open[last].token.map[0] + 1 >= whole) last -= 1;
    if (last <= 0) return;
    const line = this.open[last].token.map[0];
    const sealed = lines.slice(0, line).join("\n");
    if (sealed.includes("]:")) readBlocks(sealed, this.references);
    this.tail = lines.slice(line).join("\n");
    this.open = this.open.slice(last);
    for (const node of this.open) shift(node, line);
    this.size += sealed.length;
    if (this.size > PART) this.begin();
  }
}

function shift(node, lines) {
  if (node.token.map) node.token.map = node.token.map.map((line) => line - lines);
  node.children.forEach((child) => shift(child, lines));
}
