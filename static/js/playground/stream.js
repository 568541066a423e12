// An answer as it grows. Finished blocks are sealed: neither their text nor their DOM is looked at again.
import { buildFold, codeOf } from "./blocks.js";
import { environment, REST } from "./bounds.js";
import { Growing } from "./growing.js";
import { readBlocks } from "./markdown.js";
import { endOfSlice, Room } from "./slices.js";
import { readTree, reconcile, unlinked, weigh } from "./tree.js";

/** Paragraphs with links that were defined after them, of one rendering at the end. */
const LATE = 50;
/** Blocks stand in parts of about so many characters. The browser leaves out whole parts that are out of sight, and for
 *  every new word looks at a few parts instead of at hundreds of blocks. */
const PART = 1200;
/** The lines after it tell whether it ends a table. */
const MAYBE_FORMULA = /^\s*(?:\$\$|\\\[)/;

export class Stream extends Growing {
  constructor(element) {
    super(element);
    this.room = new Room();
    /** What is not sealed: its text, its blocks, and the rows that were taken from a table it begins with. */
    this.tail = "";
    this.open = [];
    this.taken = [];
    /** Of what is sealed: what it cost, the links it defines, and the lines that may use some that it does not. */
    this.cost = 0;
    this.references = {};
    this.unlinked = [];
    /** With those of the tail. */
    this.known = this.references;
    /** Takes what is read no more, once there is such. */
    this.fold = null;
    this.beginPart();
  }

  /** What is mounted from now on stands in a part of its own. */
  beginPart() {
    this.part = document.createElement("div");
    this.part.className = "part";
    this.partSize = 0;
    this.element.append(this.part);
  }

  render() {
    const text = this.next();
    const rest = this.fold ? text : this.read(text);
    if (rest) this.goOn(rest);
  }

  next() {
    // Once there is something after a table, no more rows come to it.
    const head = this.open.length > 1 ? "" : this.tail.split("\n", 1)[0];
    const end = endOfSlice(this.pending, head);
    const text = this.pending.slice(0, end).replace(/\r\n?/g, "\n");
    this.pending = this.pending.slice(end);
    return text;
  }

  /** Returns what is too much to be read. */
  read(text) {
    const end = this.room.take(text);
    this.tail += text.slice(0, end);
    if (!this.open.length) this.tail = this.tail.replace(/^\n+/, "");
    // A definition that is half there must not stand when the rest of it has come.
    this.known = Object.create(this.references);
    const about = environment(this.known, this.cost, this.taken);
    const now = readTree(this.tail, about);
    reconcile(this.open, now, this.part, this.known);
    this.open = now;
    this.seal(about.starts);
    return text.slice(end);
  }

  /** What is read no more is only added. */
  goOn(text) {
    if (!this.fold) {
      const details = buildFold({ info: REST, content: "" });
      this.part.append(details, "\n");
      this.fold = codeOf(details);
    }
    this.fold.append(text);
  }

  /** Links that were used before they were defined. */
  settleSome() {
    if (!this.unlinked.length || !isAnyIn(this.known)) return false;
    for (const linkBy of this.unlinked.splice(0, LATE)) linkBy(this.known);
    return this.unlinked.length > 0;
  }

  /** A block is finished once the block after it has a whole line and another: before that, the line under a
   *  paragraph may turn out to belong to it ("#" to "#hashtag", "---" to a heading, "2" to the next item). */
  seal(starts) {
    const lines = this.tail.split("\n");
    const whole = lines.length - 1;
    const from = (at) => this.open[at].token.map[0];
    let last = this.open.length - 1;
    // What is folded away of a table has its lines.
    while (last > 0 && (from(last) + 1 >= whole || from(last) === from(last - 1))) last -= 1;
    if (last > 0) this.sealBlocks(lines, last, starts[from(last)]);
    else this.sealRows(lines);
    if (this.open[0]?.token.type === "beyond") this.fold = codeOf(this.open[0].element);
  }

  sealBlocks(lines, last, cost) {
    const line = this.open[last].token.map[0];
    const sealed = lines.slice(0, line).join("\n");
    if (sealed.includes("]:")) readBlocks(sealed, environment(this.references));
    this.unlinked.push(...unlinked(this.open.slice(0, last), this.part));
    this.tail = lines.slice(line).join("\n");
    this.open = this.open.slice(last);
    this.taken = [];
    this.cost = cost;
    for (const node of this.open) shift(node, line);
    this.partSize += sealed.length;
    if (this.partSize > PART) this.beginPart();
  }

  /** A row is finished when its line is. The head and the first row stay: they make a table of the rows to come. */
  sealRows(lines) {
    const [table] = this.open;
    if (table?.token.type !== "table_open") return;
    const whole = Math.min(lines.length - 1, table.token.map[1]);
    let end = 3;
    while (end < whole && !MAYBE_FORMULA.test(lines[end])) end += 1;
    if (end === 3) return;
    const body = table.children[1];
    const rows = body.children.splice(1, end - 3);
    this.unlinked.push(...unlinked(rows, body.element));
    this.cost += weigh(rows);
    this.taken.push(...lines.splice(3, end - 3));
    this.tail = lines.join("\n");
  }
}

/** Those that it inherits are in it too. */
function isAnyIn(references) {
  for (const _ in references) return true;
  return false;
}

function shift(node, lines) {
  if (node.token.map) node.token.map = node.token.map.map((line) => line - lines);
  node.children.forEach((child) => shift(child, lines));
}
