// The inside of a paragraph: tokens become nodes one by one, so no string of a model's is ever parsed as HTML.
import { LONGEST_ADDRESS } from "./bounds.js";
import { finishLater } from "./highlighting.js";
import { readInline } from "./markdown.js";

/** Top-level pieces of a line: a run of text, a link with all it holds, a formula. */
function pieces(tokens) {
  const found = [];
  let depth = 0;
  for (const token of tokens) {
    if (depth === 0) found.push({ tokens: [], key: "" });
    const piece = found.at(-1);
    piece.tokens.push(token);
    piece.key += `${token.type}\u0001${token.content}\u0001${token.attrs?.join("\u0001") ?? ""}\u0002`;
    depth += token.nesting;
  }
  return found;
}

function link(token) {
  const a = document.createElement("a");
  a.setAttribute("href", token.attrGet("href"));
  const title = token.attrGet("title");
  if (title && title.length <= LONGEST_ADDRESS) a.title = title;
  a.rel = "noopener nofollow";
  a.target = "_blank";
  return a;
}

/** An image of a stranger's would tell its owner who reads: what remains is a link. */
function image(token) {
  const a = link({ attrGet: (name) => token.attrGet(name === "href" ? "src" : name) });
  a.textContent = token.content || token.attrGet("src");
  return a;
}

function formula(token) {
  const span = document.createElement("span");
  span.className = token.meta.display ? "math display" : "math inline";
  span.textContent = token.content;
  finishLater(span);
  return span;
}

function code(token) {
  const element = document.createElement("code");
  element.textContent = token.content;
  return element;
}

const BUILD = {
  text: (token) => document.createTextNode(token.content),
  text_special: (token) => document.createTextNode(token.content),
  softbreak: () => document.createTextNode("\n"),
  hardbreak: () => document.createElement("br"),
  code_inline: code,
  math_inline: formula,
  image,
  link_open: link,
  em_open: () => document.createElement("em"),
  strong_open: () => document.createElement("strong"),
  s_open: () => document.createElement("s"),
};

function build(tokens) {
  const top = document.createDocumentFragment();
  const open = [top];
  for (const token of tokens) {
    if (token.nesting < 0) open.pop();
    else {
      const node = (BUILD[token.type] ?? BUILD.text)(token);
      open.at(-1).append(node);
      if (token.type === "hardbreak") open.at(-1).append("\n");
      if (token.nesting > 0) open.push(node);
    }
  }
  return [...top.childNodes];
}

/** Brings the nodes of `was` (pieces, or nothing yet) to what `source` says; `place` inserts after the last of them. */
export function renderInline(was, source, references, place) {
  const now = pieces(readInline(source, references));
  let same = 0;
  while (same < was.length && same < now.length && was[same].key === now[same].key) same += 1;
  for (let i = 0; i < same; i += 1) now[i].nodes = was[i].nodes;
  const grew = was[same]?.tokens.length === 1 && was[same].tokens[0].type === "text" && now[same]?.tokens[0].type === "text";
  if (grew) {
    now[same].nodes = was[same].nodes;
    grow(now[same].nodes[0], was[same].tokens[0].content, now[same].tokens[0].content);
    same += 1;
  }
  for (const piece of was.slice(same)) for (const node of piece.nodes) node.remove();
  for (const piece of now.slice(same)) place(...(piece.nodes = build(piece.tokens)));
  return now;
}

/** Appending keeps the lines that were already laid out. */
export function grow(node, was, now) {
  if (now.startsWith(was)) node.appendData(now.slice(was.length));
  else node.data = now;
}
