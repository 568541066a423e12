// Colours for code and glyphs for formulas, made by a worker and put in place while the page is idle.
import DOMPurify from "../../vendor/dompurify/purify.es.mjs";
import { paint } from "./paint.js";
import { layOut } from "./scheduler.js";

const TODO = "pre > code[class*='language-'], .math";
const waiting = new Map();
const ready = [];
let worker;
let count = 0;

function hire() {
  const hired = new Worker(new URL("./highlighting-worker.js", import.meta.url), { type: "module" });
  hired.addEventListener("message", ({ data: { id, html } }) => answered(id, html));
  hired.addEventListener("error", () => {
    // What it leaves stands as it was written; for what comes next another is hired.
    hired.terminate();
    worker = null;
    for (const id of waiting.keys()) answered(id, null);
  });
  return hired;
}

function answered(id, html) {
  ready.push({ ...waiting.get(id), html });
  waiting.delete(id);
  if (ready.length === 1) whenIdle();
}

function whenIdle() {
  (window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 8 }), 50)))(apply, { timeout: 1000 });
}

function apply(deadline) {
  do {
    const { element, source, html } = ready.shift();
    // It may have gone on growing, or gone away.
    if (element.isConnected && element.textContent === source) put(element, source, html);
  } while (ready.length && deadline.timeRemaining() > 6);
  layOut();
  if (ready.length) whenIdle();
}

function put(element, source, html) {
  if (html === null) return (element.dataset.refused = "");
  element.dataset.finished = "";
  if (element.matches("code")) return paint(element, html);
  element.dataset.source = source;
  if (element.classList.contains("display")) element.tabIndex = 0;
  element.replaceChildren(DOMPurify.sanitize(html, { RETURN_DOM_FRAGMENT: true }));
}

/** Finishes `element` (a fence's code, or a formula) some time soon. */
export function finishLater(element) {
  if ("finished" in element.dataset) return;
  worker ??= hire();
  const isCode = element.matches("code");
  const job = { id: (count += 1), source: element.textContent };
  if (isCode) job.language = /language-(\S+)/.exec(element.className)?.[1];
  else job.display = element.classList.contains("display");
  if (isCode && !job.language) return;
  waiting.set(job.id, { element, source: job.source });
  worker.postMessage(job);
}

/** Finishes what the server rendered. */
export function finishAll(root) {
  // What may be scrolled sideways can be reached by keyboard.
  for (const table of root.querySelectorAll(".prose table")) table.tabIndex = 0;
  for (const element of root.querySelectorAll(TODO)) finishLater(element);
}
