// An answer that was asked to be JSON, as it grows: each character stands as it came, and none is a mark of Markdown.
import { Growing } from "./growing.js";
import { finishLater } from "./highlighting.js";

export class Literal extends Growing {
  render() {
    this.text ??= this.begin();
    this.text.appendData(this.pending);
    this.pending = "";
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
    super.finish();
    if (this.text) finishLater(this.text.parentElement);
  }
}
