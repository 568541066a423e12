// The server's word on a finished message replaces the streamed one; what is the same stays where it is.
import { finishAll } from "./finishing.js";

const IGNORED = /^(?:style|data-finished|data-source)$/;

function parts(node) {
  return [...node.childNodes].filter((child) => child.nodeType === Node.ELEMENT_NODE || child.data?.trim());
}

function attributes(element) {
  return [...element.attributes].filter(({ name }) => !IGNORED.test(name)).map(({ name, value }) => `${name}=${value}`).sort().join();
}

function text(node) {
  return node.dataset?.source ?? node.textContent;
}

/** Whether two trees say the same, colours and glyphs aside. */
function same(a, b) {
  if (a.nodeType !== b.nodeType) return false;
  if (a.nodeType === Node.TEXT_NODE) return a.data.trim() === b.data.trim();
  if (a.tagName !== b.tagName || attributes(a) !== attributes(b)) return false;
  if (a.matches("pre, .math")) return text(a).trim() === text(b).trim();
  const [left, right] = [parts(a), parts(b)];
  return left.length === right.length && left.every((part, at) => same(part, right[at]));
}

function settleAnswer(shown, sent) {
  const [left, right] = [parts(shown), parts(sent)];
  let kept = 0;
  while (kept < left.length && kept < right.length && same(left[kept], right[kept])) kept += 1;
  if (kept < left.length || kept < right.length) {
    const from = kept ? left[kept - 1].nextSibling : shown.firstChild;
    for (let node = from; node; ) [node] = [node.nextSibling, node.remove()];
    const rest = kept ? right[kept - 1].nextSibling : sent.firstChild;
    for (let node = rest; node; ) {
      const next = node.nextSibling;
      shown.append(node);
      node = next;
    }
  }
  copyAttributes(shown, sent);
  return shown;
}

function settleThoughts(shown, sent) {
  sent.open = shown.open;
  if (shown.hidden !== sent.hidden || text(shown).trim() !== text(sent).trim()) return sent;
  return shown;
}

function copyAttributes(to, from) {
  for (const { name } of [...to.attributes]) if (!from.hasAttribute(name)) to.removeAttribute(name);
  for (const { name, value } of from.attributes) if (to.getAttribute(name) !== value) to.setAttribute(name, value);
}

/** `html` is the whole message; the answer's DOM, and the scroll positions in it, live on inside the new one. */
export function settle(message, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const sent = template.content.firstElementChild;
  const answer = message.querySelector("[data-answer]");
  const thoughts = message.querySelector("[data-reasoning]");
  const focused = message.contains(document.activeElement);
  const newAnswer = sent.querySelector("[data-answer]");
  const newThoughts = sent.querySelector("[data-reasoning]");
  if (answer && newAnswer) newAnswer.replaceWith(settleAnswer(answer, newAnswer));
  if (thoughts && newThoughts) newThoughts.replaceWith(settleThoughts(thoughts, newThoughts));
  copyAttributes(message, sent);
  message.replaceChildren(...sent.childNodes);
  window.htmx?.process(message);
  finishAll(message);
  if (focused) message.closest("[data-lane]")?.focus({ preventScroll: true });
}
