// An answer that was asked to be JSON, as it grows: each character stands as it came, and none is a mark of Markdown.
import { finishLater } from "./highlighting.js";

/** Used as a Stream is. */
export class Literal {
  constructor(element) {
    this.element = element;
    this.element.replaceChildren();
    this.source = "";
    this.pending = "";
  }

  feed(text) {
    this.source += text;
    this.pending += text;
  }

  get waits() {
    return this.pending !== "";
  }

  render() {
    this.text ??= this.begin();
    this.text.appendData(this.pending);
    this.pending = "";
  }

  link() {
    return false;
  }

  /** Without a word there is no box for it. */
  begin() {
    const pre = document.createElement("pre");
    const code = document.createElement("code");
    code.className = "language-json";
    code.append("");
    pre.append(code);
    this.element.append(pre);
    return code.firstChild;
  }

  finish() {
    if (this.waits) this.render();
    if (this.text) finishLater(this.text.parentElement);
  }
}
