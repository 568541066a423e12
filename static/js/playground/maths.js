// TeX between $…$, $$…$$, \(…\) and \[…\], with room for prices: "$5 and $10" is no formula.

// Models that go astray open thousands of formulas and close none: no search looks further than a formula is long.
const LONGEST = 10_000;
/** Of a formula on lines of its own. */
const MOST_LINES = 100;
const DISPLAY = [["$$", "$$"], ["\\[", "\\]"]];

function escaped(source, at) {
  let count = 0;
  while (source[at - 1 - count] === "\\") count += 1;
  return count % 2 === 1;
}

function closing(text, mark, from, end) {
  const source = text.slice(0, Math.min(end, from + LONGEST));
  let at = source.indexOf(mark, from);
  while (at !== -1 && escaped(source, at)) at = source.indexOf(mark, at + 1);
  return at;
}

function push(state, tex, display, silent, end) {
  if (!tex.trim()) return false;
  if (!silent) Object.assign(state.push("math_inline", "span", 0), { content: tex.trim(), meta: { display } });
  state.pos = end;
  return true;
}

/** A formula holds no space at its ends, and no digit touches it from outside. */
function isPrice(source, start, end) {
  return /\s/.test(source[start + 1] + source[end - 1]) || /\d/.test((source[start - 1] ?? "") + (source[end + 1] ?? ""));
}

function dollars(state, silent) {
  const { src, pos, posMax } = state;
  if (src[pos] !== "$") return false;
  const mark = src[pos + 1] === "$" ? "$$" : "$";
  const start = pos + mark.length;
  const end = closing(src, mark, start, posMax);
  if (end === -1) return false;
  if (mark === "$" && isPrice(src, pos, end)) return false;
  return push(state, src.slice(start, end), mark === "$$", silent, end + mark.length);
}

function brackets(state, silent) {
  const { src, pos, posMax } = state;
  if (src[pos] !== "\\" || (src[pos + 1] !== "(" && src[pos + 1] !== "[")) return false;
  const display = src[pos + 1] === "[";
  const end = closing(src, display ? "\\]" : "\\)", pos + 2, posMax);
  return end !== -1 && push(state, src.slice(pos + 2, end), display, silent, end + 2);
}

/** A formula on lines of its own: from a line that begins with the opening mark to one that ends with the closing one. */
function block(state, first, last, silent) {
  if (state.sCount[first] - state.blkIndent >= 4) return false;
  const start = state.bMarks[first] + state.tShift[first];
  const pair = DISPLAY.find(([open]) => state.src.startsWith(open, start));
  if (!pair) return false;
  const lines = [];
  for (let line = first; line < Math.min(last, first + MOST_LINES); line += 1) {
    const from = line === first ? start + 2 : Math.min(state.bMarks[line] + state.tShift[line], state.eMarks[line]);
    const text = state.src.slice(from, state.eMarks[line]).trimEnd();
    if (line > first && (state.sCount[line] < state.blkIndent || !text.trim())) return false;
    if (from - start > LONGEST || (line > first && pair[0] === "\\[" && text.startsWith(pair[0]))) return false;
    if (!text.endsWith(pair[1])) {
      if (text.includes(pair[1])) return false;
      lines.push(text);
      continue;
    }
    lines.push(text.slice(0, -2));
    if (silent) return true;
    const token = state.push("math_block", "div", 0);
    Object.assign(token, { block: true, content: lines.join("\n").trim(), map: [first, line + 1] });
    state.line = line + 1;
    return true;
  }
  return false;
}

export function maths(md) {
  md.inline.ruler.before("escape", "dollars", dollars);
  md.inline.ruler.before("escape", "brackets", brackets);
  md.block.ruler.before("fence", "math_block", block, { alt: ["paragraph", "reference", "blockquote", "list"] });
}
