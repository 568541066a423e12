// An answer against its schema while it is read: the first violation that nothing which may still come undoes. Keywords
// that are not known here, and what is too much, are left to the server, which checks the whole at its end.
import { pathOf } from "./schema-path.js";
import { Demands, NOTHING, ofItem, ofMember, References } from "./schema-demands.js";
import { AT_END, OF_VALUE, repr, tooLong } from "./schema-words.js";

/** Values within each other: of what is deeper nothing is said. */
const DEEPEST = 200;
/** Characters of a message, as playground/structure.py tells them. */
const MOST_TOLD = 300;
/** Of a string that goes on. */
const MOST_BEGUN = 40;

export class SchemaWatch {
  constructor(schema) {
    this.root = schema;
    this.references = new References(schema);
    /** The objects and arrays that are being read, the innermost last; only an object has names that are `known`. */
    this.open = [];
    /** The value that is being read, as a message would write it; where it stands, once that is asked; what is demanded of it. */
    this.value = null;
    this.path = null;
    this.demands = [];
    this.fault = null;
    this.isOut = this.gaveUp = false;
  }

  /** The first is enough. Nothing is known any more where it gave up. */
  out(path, message) {
    if (this.isOut) return;
    this.isOut = true;
    this.fault = { path, message: message.slice(0, MOST_TOLD) };
  }

  giveUp() {
    this.isOut = this.gaveUp = true;
  }

  // What the scan says

  begins() {
    if (this.isOut) return;
    this.value = { written: "" };
    const asked = this.asked();
    this.path = null;
    const demands = new Demands(this.references, this.value, () => this.here());
    for (const { schema, owner } of asked) demands.add(schema, owner);
    this.demands = demands.all;
    if (demands.areTooMany) this.giveUp();
  }

  grows({ raw, size }) {
    if (this.isOut) return;
    for (const { schema, owner } of alive(this.demands)) {
      if (!(size > schema.maxLength)) continue;
      this.value.written = repr(`${raw.slice(0, MOST_BEGUN)}…`);
      owner.out(this.here(), tooLong(schema.maxLength, this.value.written));
    }
  }

  /** A number keeps the digits with which it was written. */
  says(value, written) {
    if (this.isOut) return;
    this.value.written = typeof value === "number" ? written : repr(value);
    this.check(value);
  }

  names(name) {
    const inside = this.open.at(-1);
    if (this.isOut) return;
    inside.at = name;
    inside.known.add(name);
    inside.asked = this.askedWithin(inside);
  }

  enters(kind) {
    if (this.isOut) return;
    const isArray = Array.isArray(kind);
    this.value.written = isArray ? "[…]" : "{…}";
    this.check(kind);
    this.open.push({ demands: this.demands, at: -1, size: 0, known: isArray ? null : new Set() });
    if (this.open.length > DEEPEST) this.giveUp();
  }

  leaves() {
    if (this.isOut) return;
    const ended = this.open.pop();
    this.path = null;
    for (const demand of ended.demands) this.hold(ended, demand, AT_END);
  }

  // What is demanded of a value

  /** A member was asked for by its name already. */
  asked() {
    const inside = this.open.at(-1);
    if (!inside) return [{ schema: this.root, owner: this }];
    return inside.known ? inside.asked : this.askedWithin(inside);
  }

  /** Of the member that was just named, or of the next item. */
  askedWithin(inside) {
    inside.size += 1;
    if (!inside.known) inside.at += 1;
    const find = inside.known ? ofMember : ofItem;
    return alive(inside.demands).flatMap(({ schema, owner }) => {
      const { schema: inner, fault } = find(schema, inside);
      if (fault) owner.out(pathOf(this.open.slice(0, -1)), fault);
      return inner === undefined ? [] : [{ schema: inner, owner }];
    });
  }

  check(value) {
    for (const demand of alive(this.demands)) {
      if (demand.schema === NOTHING) demand.owner.out(this.here(), `False schema does not allow ${this.value.written}`);
      this.hold(value, demand, OF_VALUE);
    }
  }

  hold(value, { schema, owner }, words) {
    for (const [keyword, check] of Object.entries(words)) {
      const message = !owner.isOut && Object.hasOwn(schema, keyword) && check(value, schema[keyword], this.value.written);
      if (message) owner.out(this.here(), message);
    }
  }

  /** Where the value stands that is looked at. */
  here() {
    return (this.path ??= pathOf(this.open));
  }
}

function alive(demands) {
  return demands.filter(({ owner }) => !owner.isOut);
}
