// An answer against its schema while it is read: the first violation that nothing which may still come undoes. Keywords
// that are not known here, and what is too much, are left to the server, which checks the whole at its end.
import { AT_END, isContainer, OF_VALUE, repr, tooLong } from "./schema-words.js";

/** Schemas that one value is held against, and values within each other: of more nothing is said. */
const MOST = 300;
const DEEPEST = 200;
/** Characters of a message, as playground/structure.py tells them. */
const MOST_TOLD = 300;
/** Of a string that goes on. */
const MOST_BEGUN = 40;
const SIMPLE_NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;

/** Stands for a schema that is false. */
const NOTHING = {};

/** One of several schemas of which one has to fit. */
class Alternative {
  constructor(choice) {
    Object.assign(this, { choice, fails: false });
  }

  get isOut() {
    return this.fails || this.choice.owner.isOut;
  }

  out() {
    if (this.isOut) return;
    this.fails = true;
    this.choice.left -= 1;
    const { left, owner, path, value } = this.choice;
    if (!left) owner.out(path, `${value.written} is not valid under any of the given schemas`);
  }
}

export class SchemaWatch {
  constructor(schema) {
    // Within these, references begin elsewhere, or keywords mean something else.
    const refers = !/"\$(?:id|schema|dynamicRef)"/.test(JSON.stringify({ ...schema, $schema: undefined }));
    Object.assign(this, { root: schema, refers, open: [], fault: null, isOut: false, tests: [], value: null });
  }

  /** The first is enough. Nothing is known any more where it gave up. */
  out(path, message) {
    if (this.isOut) return;
    this.isOut = true;
    this.fault = { path, message: message.slice(0, MOST_TOLD) };
  }

  giveUp() {
    this.isOut = true;
    this.gaveUp = true;
  }

  // What the scan says

  begins() {
    if (this.isOut) return;
    this.value = { written: "" };
    const inside = this.open.at(-1);
    const asked = !inside ? [{ schema: this.root, owner: this }] : inside.known ? inside.asked : this.askedWithin(inside);
    this.tests = [];
    this.spent = 0;
    this.path = null;
    for (const { schema, owner } of asked) this.collect(schema, owner, new Set());
  }

  grows({ raw, size }) {
    if (this.isOut) return;
    for (const { schema, owner } of this.alive()) {
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
    this.open.push({ tests: this.tests, at: -1, size: 0, known: isArray ? null : new Set() });
    if (this.open.length > DEEPEST) this.giveUp();
  }

  leaves() {
    if (this.isOut) return;
    const ended = this.open.pop();
    this.path = null;
    for (const { schema, owner } of ended.tests) {
      for (const [keyword, check] of Object.entries(AT_END)) {
        const message = !owner.isOut && Object.hasOwn(schema, keyword) && check(schema[keyword], ended);
        if (message) owner.out(this.here(), message);
      }
    }
  }

  // What is asked of a value

  alive() {
    return this.tests.filter(({ owner }) => !owner.isOut);
  }

  check(value) {
    for (const { schema, owner } of this.alive()) {
      if (schema === NOTHING) owner.out(this.here(), `False schema does not allow ${this.value.written}`);
      for (const [keyword, check] of Object.entries(OF_VALUE)) {
        const message = !owner.isOut && Object.hasOwn(schema, keyword) && check(value, schema[keyword], this.value.written);
        if (message) owner.out(this.here(), message);
      }
    }
  }

  /** Where the value stands that is looked at. */
  here() {
    return (this.path ??= pathOf(this.open));
  }

  /** Of the member that was just named, or of the next item. */
  askedWithin(inside) {
    inside.size += 1;
    if (!inside.known) inside.at += 1;
    const around = () => pathOf(this.open.slice(0, -1));
    return inside.tests.filter(({ owner }) => !owner.isOut).flatMap(({ schema, owner }) => {
      const { schema: inner, fault } = inside.known ? ofMember(schema, inside) : ofItem(schema, inside);
      if (fault) owner.out(around(), fault);
      return inner === undefined ? [] : [{ schema: inner, owner }];
    });
  }

  /** All that has to fit, and each of what may. `seen` on the way here: a circle asks for nothing new. */
  collect(schema, owner, seen) {
    this.spent += 1;
    if (this.spent > MOST) return this.giveUp();
    if (schema === false) return this.tests.push({ schema: NOTHING, owner });
    if (!isContainer(schema) || seen.has(schema)) return;
    seen.add(schema);
    this.tests.push({ schema, owner });
    if ("$ref" in schema && this.refers) this.collect(this.find(schema.$ref), owner, seen);
    for (const part of schema.allOf ?? []) this.collect(part, owner, seen);
    for (const choices of [schema.anyOf, schema.oneOf]) if (choices) this.choose(choices, owner, seen);
  }

  choose(choices, owner, seen) {
    const choice = { left: choices.length, owner, path: this.here(), value: this.value };
    for (const schema of choices) this.collect(schema, new Alternative(choice), new Set(seen));
  }

  /** Within the schema itself; undefined where there is nothing of that name. */
  find(reference) {
    if (reference === "#" && !("$schema" in this.root)) return this.root;
    if (!reference.startsWith("#/")) return undefined;
    const names = decodeURIComponent(reference.slice(2)).split("/").map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
    return names.reduce((at, name) => (isContainer(at) && Object.hasOwn(at, name) ? at[name] : undefined), this.root);
  }
}

function pathOf(open) {
  return `$${open.map(({ at, known }) => step(at, known)).join("")}`;
}

function step(at, known) {
  if (!known) return `[${at}]`;
  return SIMPLE_NAME.test(at) ? `.${at}` : `['${at.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}']`;
}

function ofMember(schema, { at, known }) {
  const { properties = {}, patternProperties, additionalProperties: others, maxProperties } = schema;
  if (known.size > maxProperties) return { fault: maxProperties ? "{…} has too many properties" : "{…} is expected to be empty" };
  if (Object.hasOwn(properties, at)) return { schema: properties[at] };
  if (patternProperties) return {};
  if (others === false) return { fault: `Additional properties are not allowed (${repr(at)} was unexpected)` };
  return { schema: others };
}

function ofItem(schema, { at }) {
  const { prefixItems = [], items, maxItems } = schema;
  if (at >= maxItems) return { fault: tooLong(maxItems, "[…]") };
  if (at < prefixItems.length) return { schema: prefixItems[at] };
  if (items === false) return { fault: `Expected at most ${prefixItems.length} item${prefixItems.length === 1 ? "" : "s"}` };
  return { schema: items };
}
