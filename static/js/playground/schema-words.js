// What a schema asks of one value, in the words in which the server says at an answer's end that it is not so: of a value
// that is known, a sentence or nothing.

const TYPES = {
  object: (value) => isContainer(value) && !Array.isArray(value),
  array: (value) => Array.isArray(value),
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
};
/** Beyond it a number of the text and one of the schema that look alike may be two. */
const EXACT = 2 ** 53;
/** Patterns and texts that mean the same to Python's `re` as they do here. */
const SHARED = /^(?:[^\\(]|\\[dDwWsSbB]|\\[^\w\s]|\((?!\?)|\(\?[:=!])*$/;
const ASCII = /^[ -~]*$/;
const WORDS = new Map([[true, "True"], [false, "False"], [null, "None"]]);
const BREAKS = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

export function isContainer(value) {
  return typeof value === "object" && value !== null;
}

/** As the server writes a value. */
export function repr(value) {
  if (WORDS.has(value)) return WORDS.get(value);
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`;
  if (!isContainer(value)) return String(value);
  return `{${Object.entries(value).map(([name, inner]) => `${quoted(name)}: ${repr(inner)}`).join(", ")}}`;
}

function quoted(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text.replace(/\\|[^\P{C}]|[^\P{Z} ]/gu, escaped);
  return quote + (quote === "'" ? inner.replaceAll("'", "\\'") : inner) + quote;
}

function escaped(character) {
  if (character === "\\") return "\\\\";
  const code = character.codePointAt(0);
  const [mark, size] = code < 256 ? ["x", 2] : code < 65536 ? ["u", 4] : ["U", 8];
  return BREAKS[character] ?? `\\${mark}${code.toString(16).padStart(size, "0")}`;
}

function isEqual(one, other) {
  if (!isContainer(one) || !isContainer(other)) return one === other;
  // One that is open may still become the other.
  return Array.isArray(one) === Array.isArray(other);
}

function bound(isOut, excludes, words) {
  return (value, limit, written) => {
    const out = typeof value === "number" && (isOut(value, limit) || (excludes && value === limit && Math.abs(value) < EXACT));
    return out && `${written} is ${words} of ${limit}`;
  };
}

const above = (value, limit) => value > limit;
const below = (value, limit) => value < limit;

/** Of any value; one that holds others is known by its kind. */
export const OF_VALUE = {
  type(value, types, written) {
    const names = [types].flat();
    return !names.some((name) => TYPES[name](value)) && `${written} is not of type ${names.map(repr).join(", ")}`;
  },
  enum: (value, members, written) => !members.some((member) => isEqual(member, value)) && `${written} is not one of ${repr(members)}`,
  const: (value, wanted) => !isEqual(wanted, value) && `${repr(wanted)} was expected`,
  minimum: bound(below, false, "less than the minimum"),
  maximum: bound(above, false, "greater than the maximum"),
  exclusiveMinimum: bound(below, true, "less than or equal to the minimum"),
  exclusiveMaximum: bound(above, true, "greater than or equal to the maximum"),
  minLength: (value, least, written) =>
    typeof value === "string" && [...value].length < least && `${written} ${least === 1 ? "should be non-empty" : "is too short"}`,
  maxLength: (value, most, written) => typeof value === "string" && [...value].length > most && tooLong(most, written),
  pattern: (value, pattern, written) =>
    typeof value === "string" && isShared(pattern, value) && !new RegExp(pattern).test(value) && `${written} does not match ${repr(pattern)}`,
};

export function tooLong(most, written) {
  return `${written} ${most === 0 ? "is expected to be empty" : "is too long"}`;
}

function isShared(pattern, value) {
  return ASCII.test(value) && ASCII.test(pattern) && SHARED.test(pattern) && !pattern.includes("{,");
}

const few = (least, words) => (least === 1 ? "should be non-empty" : words);

/** Of one that holds others and has ended: how many it holds, and the names of those that have one. */
export const AT_END = {
  required({ known }, names) {
    const lacking = known ? names.filter((name) => !known.has(name)) : [];
    return lacking.length > 0 && `${repr(lacking[0])} is a required property`;
  },
  minItems: ({ known, size }, least) => !known && size < least && `[…] ${few(least, "is too short")}`,
  minProperties: ({ known }, least) => known && known.size < least && `{…} ${few(least, "does not have enough properties")}`,
};
