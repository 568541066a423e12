// Markdown as the server reads it (common/markdown.py): the same rules, so that a reload does not jump.
import MarkdownIt from "../../vendor/markdown-it/markdown-it.esm.min.mjs";
import { bounds, isBracketed, isHeavy, LONGEST_ADDRESS } from "./bounds.js";
import { maths } from "./maths.js";

const OPTIONS = { html: false, linkify: false, typographer: false, breaks: false, maxNesting: 20 };
const SAFE_LINK = /^(?:https?:|mailto:|#|\/(?!\/))/i;

function reader() {
  const made = new MarkdownIt(OPTIONS).use(bounds).use(maths);
  made.validateLink = (url) => url.length <= LONGEST_ADDRESS && SAFE_LINK.test(url);
  return made;
}

const whole = reader();
const blocks = reader();
blocks.core.ruler.disable(["inline", "linkify", "replacements", "smartquotes", "text_join"]);
const linkless = reader();
linkless.inline.ruler.disable(["link", "image"]);

/** Block tokens of `source`; what is inside a line is left unread, for most of it was read a frame ago. */
export function readBlocks(source, environment) {
  return blocks.parse(source, environment);
}

export function readInline(source, references) {
  if (isHeavy(source)) return [{ type: "text", content: source, nesting: 0 }];
  return (isBracketed(source) ? linkless : whole).parseInline(source, { references })[0]?.children ?? [];
}
