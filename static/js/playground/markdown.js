// Markdown as the server reads it (common/markdown.py): the same rules, so that a reload does not jump.
import MarkdownIt from "../../vendor/markdown-it/markdown-it.esm.min.mjs";
import { maths } from "./maths.js";

const OPTIONS = { html: false, linkify: false, typographer: false, breaks: false };
const whole = new MarkdownIt(OPTIONS).use(maths);
const blocks = new MarkdownIt(OPTIONS).use(maths);
blocks.core.ruler.disable(["inline", "linkify", "replacements", "smartquotes", "text_join"]);

/** Brackets in one paragraph, after which none is looked at as a link: each would be compared with all others. */
const MOST_BRACKETS = 2_000;
const linkless = new MarkdownIt(OPTIONS).use(maths);
linkless.inline.ruler.disable(["link", "image"]);

/** Block tokens of `source`; what is inside a line is left unread, for most of it was read a frame ago. */
export function readBlocks(source, references) {
  return blocks.parse(source, { references });
}

export function readInline(source, references) {
  const reader = source.split("[").length > MOST_BRACKETS ? linkless : whole;
  return reader.parseInline(source, { references })[0]?.children ?? [];
}
