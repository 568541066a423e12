// Blocks without lines of their own to read again: code, formulas and what is folded away.
import { grow } from "./inline.js";
import { finishLater } from "./highlighting.js";

/** A fence is closed once it has a line more than its opening one and its content. */
function isClosed({ token }) {
  if (token.type !== "fence") return false;
  const lines = token.content.split("\n").length - (/^$|\n$/.test(token.content) ? 1 : 0);
  return token.map[1] - token.map[0] === lines + 2;
}

export function buildCode(node) {
  const { token } = node;
  const pre = document.createElement("pre");
  const code = document.createElement("code");
  const language = token.info?.trim().split(/\s+/)[0];
  if (language) code.className = `language-${language}`;
  code.append(document.createTextNode(token.content));
  pre.append(code);
  if (isClosed(node)) finishLater(code);
  return pre;
}

export function updateCode(was, now) {
  const code = now.element.firstChild;
  if (was.token.content !== now.token.content) {
    if (code.firstChild?.nodeType === Node.TEXT_NODE) grow(code.firstChild, was.token.content, now.token.content);
    else code.textContent = now.token.content;
  }
  if (isClosed(now) && !isClosed(was)) finishLater(code);
}

export function buildDisplay(token) {
  const div = document.createElement("div");
  div.className = "math display";
  div.textContent = token.content;
  finishLater(div);
  return div;
}

/** While it is closed nobody waits for it. */
export function buildFold({ info, content }) {
  const details = document.createElement("details");
  details.className = "beyond";
  const pre = document.createElement("pre");
  pre.append(document.createElement("code"));
  pre.firstChild.append(document.createTextNode(content));
  details.append(document.createElement("summary"), pre);
  details.firstChild.textContent = info;
  return details;
}

export const codeOf = (fold) => fold.querySelector("code");

export function updateFold(was, now, fold) {
  if (was.info !== now.info) fold.firstChild.textContent = now.info;
  if (was.content !== now.content) grow(codeOf(fold).firstChild, was.content, now.content);
}
