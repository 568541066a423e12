// Whether an answer that grows is JSON so far: a word below it. Against a schema it is checked by the server, at its end.
import { JsonScan } from "./json-scan.js";

const WORDS = { empty: "JSON: incomplete", incomplete: "JSON: incomplete", complete: "JSON: complete so far", wrong: "Not JSON" };

export class Structure {
  /** Null where no JSON was asked for. */
  static of(message) {
    const line = message.querySelector("[data-structure='growing']");
    return line && new Structure(line);
  }

  constructor(line) {
    this.label = line.querySelector("[data-structure-label]");
    this.scan = new JsonScan();
  }

  feed(text) {
    this.scan.feed(text);
  }

  show() {
    const word = WORDS[this.scan.state];
    if (this.label.textContent !== word) this.label.textContent = word;
  }
}
