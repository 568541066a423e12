// What a schema demands of one value: all the parts of it that the value is held against, each with its owner, which is
// out when the part does not fit: the watch itself, or one of several alternatives.
import { isContainer, repr, tooLong } from "./schema-words.js";

/** Of one value: of more nothing is said. */
const MOST = 300;

/** Stands for a schema that is false. */
export const NOTHING = {};

/** One of several schemas of which one has to fit. */
class Alternative {
  constructor(choice) {
    this.choice = choice;
    this.fails = false;
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

/** What the references within a schema lead to. */
export class References {
  constructor(root) {
    this.root = root;
    // Within these, references begin elsewhere, or keywords mean something else.
    this.areKnown = !/"\$(?:id|schema|dynamicRef)"/.test(JSON.stringify({ ...root, $schema: undefined }));
  }

  /** Undefined where there is nothing of that name. */
  find(reference) {
    if (reference === "#" && !("$schema" in this.root)) return this.root;
    if (!reference.startsWith("#/")) return undefined;
    const names = decodeURIComponent(reference.slice(2)).split("/").map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
    return names.reduce((at, name) => (isContainer(at) && Object.hasOwn(at, name) ? at[name] : undefined), this.root);
  }
}

/** Of one value, which stands `here()`. */
export class Demands {
  constructor(references, value, here) {
    Object.assign(this, { references, value, here, all: [], spent: 0 });
  }

  get areTooMany() {
    return this.spent > MOST;
  }

  /** All that has to fit, and each of what may. `seen` on the way here: a circle asks for nothing new. */
  add(schema, owner, seen = new Set()) {
    this.spent += 1;
    if (this.areTooMany) return;
    if (schema === false) this.all.push({ schema: NOTHING, owner });
    if (!isContainer(schema) || seen.has(schema)) return;
    seen.add(schema);
    this.all.push({ schema, owner });
    if ("$ref" in schema && this.references.areKnown) this.add(this.references.find(schema.$ref), owner, seen);
    for (const part of schema.allOf ?? []) this.add(part, owner, seen);
    for (const choices of [schema.anyOf, schema.oneOf]) if (choices) this.addEach(choices, owner, seen);
  }

  addEach(choices, owner, seen) {
    const choice = { left: choices.length, owner, path: this.here(), value: this.value };
    for (const schema of choices) this.add(schema, new Alternative(choice), new Set(seen));
  }
}

/** What a member of this name may be, by the schema of its object: a `schema` for it, or the object's `fault`. */
export function ofMember(schema, { at, known }) {
  const { properties = {}, patternProperties, additionalProperties: others, maxProperties } = schema;
  if (known.size > maxProperties) return { fault: maxProperties ? "{…} has too many properties" : "{…} is expected to be empty" };
  if (Object.hasOwn(properties, at)) return { schema: properties[at] };
  if (patternProperties) return {};
  if (others === false) return { fault: `Additional properties are not allowed (${repr(at)} was unexpected)` };
  return { schema: others };
}

/** The same of an array's item. */
export function ofItem(schema, { at }) {
  const { prefixItems = [], items, maxItems } = schema;
  if (at >= maxItems) return { fault: tooLong(maxItems, "[…]") };
  if (at < prefixItems.length) return { schema: prefixItems[at] };
  if (items === false) return { fault: `Expected at most ${prefixItems.length} item${prefixItems.length === 1 ? "" : "s"}` };
  return { schema: items };
}
