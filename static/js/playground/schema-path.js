// Where a value stands, as JSONPath: the way to it through what holds it, as the server writes it.

const SIMPLE_NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;

/** `open`: the objects and arrays around it, each with the name or number `at` which it is read. */
export function pathOf(open) {
  return `$${open.map(({ at, known }) => (known ? member(at) : `[${at}]`)).join("")}`;
}

function member(name) {
  return SIMPLE_NAME.test(name) ? `.${name}` : `['${name.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}']`;
}
