// How much of a text is marked up; what lies beyond is folded away as text. As common/bounds.py has it, which says why.

export const LONGEST = 1_000_000;
export const MOST_LINES = 10_000;
const MOST_NODES = 40_000;
const MOST_IN_BLOCK = 12_000;
const MOST_DEPTH = 18;
const MOST_CELLS = 6_000;
const MOST_COLUMNS = 50;
const MOST_MARKS = 20_000;
const MOST_BRACKETS = 2_000;
const MOST_LAZY = 100;
const DEFINITION = 20;
export const LONGEST_ADDRESS = 2_000;

export const REST = "The rest, as text";
const MARK = /[\n!#$%&*+\-:<=>@[\\\]^_`{}~]/g;

/** How many marks there are in `content`; of very many, that they are too many. */
function marks(content) {
  let count = 0;
  MARK.lastIndex = 0;
  while (count <= MOST_MARKS && MARK.test(content)) count += 1;
  return count;
}

export const isHeavy = (content) => marks(content) > MOST_MARKS;
export const isBracketed = (content) => content.split("[", MOST_BRACKETS + 2).length > MOST_BRACKETS + 1;

export function weight({ type, nesting, content }) {
  if (nesting < 0) return 0;
  if (type === "reference_definition") return DEFINITION;
  const count = type === "inline" ? marks(content) : 0;
  return 1 + (count > MOST_MARKS ? 0 : count);
}

/** What a parse is told of the text before its own: what that cost, and the rows that were `taken` from a table which its
 *  own begins with. It tells what all had cost before each block: `starts`, by the block's first line. */
export function environment(references, cost = 0, taken = []) {
  return { references, cost, taken, seen: 0, starts: {} };
}

/** Counts what came since the block before this one. */
function isFull({ env, tokens, level }, first) {
  for (; env.seen < tokens.length; env.seen += 1) env.cost += weight(tokens[env.seen]);
  if (level === 0) env.starts[first] = env.block = env.cost;
  env.cost += 1;
  return env.cost > MOST_NODES || (level > 0 && env.cost - env.block > MOST_IN_BLOCK);
}

const begin = (state, line) => state.bMarks[line] + state.tShift[line];
const lineOf = (state, line) => state.src.slice(begin(state, line), state.eMarks[line]);

function push(state, first, end, info, content) {
  const token = state.push("beyond", "details", 0);
  Object.assign(token, { block: true, map: [first, end], info, content });
  state.line = end;
  return true;
}

/** A rule that is asked before all others. What is nested too deep ends where its item does; what stands at the top goes on
 *  to the end of the text. */
function beyond(state, first, last) {
  let end = last;
  if (!isFull(state, first)) {
    if (state.level < MOST_DEPTH) return false;
    for (end = first + 1; end < last && (state.isEmpty(end) || state.sCount[end] >= state.blkIndent); ) end += 1;
  }
  return push(state, first, end, REST, state.src.slice(begin(state, first), state.level ? state.eMarks[end - 1] : undefined));
}

/** The line after the last row, as the table's own rule would find it. */
function endOfRows(state, from, last) {
  const rules = state.md.block.ruler.getRules("blockquote");
  const before = state.parentType;
  let line = from;
  state.parentType = "table";
  for (; line < last && state.sCount[line] >= state.blkIndent && !state.isEmpty(line); line += 1)
    if (state.sCount[line] - state.blkIndent >= 4 || rules.some((rule) => rule(state, line, last, true))) break;
  state.parentType = before;
  return line;
}

function endOfColumns(state, line) {
  const text = lineOf(state, line);
  let left = MOST_COLUMNS + (text.startsWith("|") ? 1 : 0);
  for (const { index } of text.matchAll(/(?<!\\)\|/g)) if ((left -= 1) === 0) return begin(state, line) + index;
  return state.eMarks[line];
}

function label(rows, columns) {
  const counts = [[rows, "row"], [columns, "column"]].filter(([count]) => count > 0);
  const parts = counts.map(([count, name]) => `${count.toLocaleString("en")} more ${name}${count > 1 ? "s" : ""}`);
  return parts.length ? `${parts.join(" and ")}, as text` : "";
}

/** The first rows and columns of what `whole` would make of a table. */
function bounded(whole, state, first, last) {
  const end = endOfRows(state, first + 2, last);
  const taken = state.level === 0 && first === 0 ? state.env.taken : [];
  const columns = lineOf(state, first + 1).split("|").filter((cell) => cell.trim()).length;
  const most = Math.floor(MOST_CELLS / Math.min(columns, MOST_COLUMNS));
  const rows = end - first - 2;
  const shown = first + 2 + Math.min(rows, Math.max(most - taken.length, 1));
  const ends = state.eMarks.slice(first, shown);
  const at = state.tokens.length;
  if (columns > MOST_COLUMNS) for (let line = first; line < shown; line += 1) state.eMarks[line] = endOfColumns(state, line);
  whole(state, first, shown, false);
  state.eMarks.splice(first, ends.length, ...ends);
  state.line = state.tokens[at].map[1] = end;
  const says = label(rows + taken.length - most, columns - MOST_COLUMNS);
  if (!says) return true;
  const lines = Array.from({ length: end - first }, (_, line) => state.src.slice(state.bMarks[first + line], state.eMarks[first + line]));
  // What was taken stood after the first row.
  return push(state, first, end, says, [...lines.slice(0, 3), ...taken, ...lines.slice(3)].join("\n"));
}

/** Ends a quote, whose parser marks such lines with a negative indentation. */
const isLazyForLong = ({ sCount }, line, _last, silent) =>
  silent && line >= MOST_LAZY && sCount.slice(line - MOST_LAZY, line).every((indent) => indent < 0);

export function bounds(md) {
  // The parser's first rule, which is not to be had by its name.
  const [table] = md.block.ruler.getRules("");
  const rule = (state, first, last, silent) => table(state, first, last, true) && (silent || bounded(table, state, first, last));
  md.block.ruler.at("table", rule, { alt: ["paragraph", "reference"] });
  md.block.ruler.before("table", "beyond", beyond);
  md.block.ruler.before("table", "lazy", isLazyForLong, { alt: ["blockquote"] });
}
