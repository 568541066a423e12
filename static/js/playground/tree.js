// Block tokens as a tree whose nodes remember their DOM, so that a frame touches only what changed.
import { readBlocks } from "./markdown.js";
import { weight } from "./bounds.js";
import { buildCode, buildDisplay, buildFold, updateCode, updateFold } from "./blocks.js";
import { renderInline } from "./inline.js";

/** Line breaks stand where the server's renderer puts them: the text of an answer is the same from either. */
function breakAfter(tokens, at) {
  const [token, next] = [tokens[at], tokens[at + 1]];
  if (!token.block || token.hidden) return "";
  if (token.nesting === 1 && next && (next.type === "inline" || next.hidden)) return "";
  return token.nesting === 1 && next?.nesting === -1 && next.tag === token.tag ? "" : "\n";
}

function node(tokens, at) {
  const token = tokens[at];
  const before = (token.nesting === 1 || token.type === "hr") && tokens[at - 1]?.hidden && tokens[at - 1].nesting ? "\n" : "";
  const inside = token.nesting === 1 ? breakAfter(tokens, at) : "";
  const key = `${token.type}|${token.tag}|${token.attrs?.join() ?? ""}|${token.type === "beyond" || token.info}|${before}${inside}|`;
  return { token, key: token.type === "math_block" ? key + token.content : key, before, inside, children: [] };
}

export function readTree(source, environment) {
  const tokens = readBlocks(source, environment);
  const top = { children: [] };
  const open = [top];
  tokens.forEach((token, at) => {
    if (token.hidden && token.nesting) return;
    if (token.nesting === -1) open.pop();
    else open.at(-1).children.push(node(tokens, at));
    if (token.nesting === 1) open.push(open.at(-1).children.at(-1));
  });
  return top.children;
}

function element(token) {
  const made = document.createElement(token.tag);
  if (token.tag === "table") made.tabIndex = 0;
  if (token.attrGet("start") !== null) made.setAttribute("start", token.attrGet("start"));
  const align = /text-align:(left|right|center)/.exec(token.attrGet("style") ?? "");
  if (align) made.style.textAlign = align[1];
  return made;
}

function mount(node, parent, references) {
  const { token } = node;
  // A definition is to be read, not to be seen.
  if (token.hidden) return;
  if (node.before) parent.append((node.lead = document.createTextNode(node.before)));
  if (token.type === "inline") {
    node.pieces = renderInline([], token.content, references, (...nodes) => parent.append(...nodes));
    return;
  }
  if (token.type === "fence" || token.type === "code_block") node.element = buildCode(node);
  else if (token.type === "beyond") node.element = buildFold(token);
  else if (token.type === "math_block") node.element = buildDisplay(token);
  else node.element = element(token);
  if (node.inside) node.element.append(node.inside);
  for (const child of node.children) mount(child, node.element, references);
  parent.append(node.element);
  // The server writes a formula without the line break that ends all other blocks.
  if (token.type !== "math_block") parent.append((node.trail = document.createTextNode("\n")));
}

function unmount(node) {
  for (const piece of node.pieces ?? []) for (const leaf of piece.nodes) leaf.remove();
  node.lead?.remove();
  node.element?.remove();
  node.trail?.remove();
}

/** Brings the words of `now` to where those of `was` stand. */
function reword(was, now, parent, references) {
  const after = was.pieces.at(-1)?.nodes.at(-1)?.nextSibling ?? (was.pieces.length ? null : parent.firstChild);
  now.pieces = renderInline(was.pieces, now.token.content, references, (...nodes) => nodes.forEach((n) => parent.insertBefore(n, after)));
}

/** `was` and `now` have the same key: the DOM of the one becomes that of the other. */
function carry(was, now, parent, references) {
  Object.assign(now, { element: was.element, lead: was.lead, trail: was.trail, pieces: was.pieces });
  if (now.token.type === "inline") {
    if (was.token.content !== now.token.content || mayLink(now)) reword(was, now, parent, references);
  } else if (now.token.type === "fence" || now.token.type === "code_block") {
    updateCode(was, now);
  } else if (now.token.type === "beyond") {
    updateFold(was.token, now.token, now.element);
  } else reconcile(was.children, now.children, now.element, references);
}

const mayLink = ({ token }) => token.content.includes("[");

/** What in `nodes` may become a link once it is defined: each a call to make then. */
export function unlinked(nodes, parent) {
  return nodes.flatMap((node) => {
    if (node.token.type !== "inline") return unlinked(node.children, node.element);
    return mayLink(node) ? [(references) => reword(node, node, parent, references)] : [];
  });
}

export function weigh(nodes) {
  return nodes.reduce((sum, { token, children }) => sum + weight(token) + weigh(children), 0);
}

/** Keeps what is the same from the start, and makes anew all that comes after the first difference. */
export function reconcile(was, now, parent, references) {
  let same = 0;
  while (same < was.length && same < now.length && was[same].key === now[same].key) {
    carry(was[same], now[same], parent, references);
    same += 1;
  }
  for (const gone of was.slice(same)) unmount(gone);
  for (const come of now.slice(same)) mount(come, parent, references);
}
