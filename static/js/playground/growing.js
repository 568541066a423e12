// A text that grows: what has come of it, and what of that waits to be shown.

export class Growing {
  constructor(element) {
    this.element = element;
    this.element.replaceChildren();
    this.source = "";
    // Apart from the source, of which every look inside makes a copy.
    this.pending = "";
  }

  feed(text) {
    this.source += text;
    this.pending += text;
  }

  get waits() {
    return this.pending !== "";
  }

  /** After the last word, some of what only that makes known. Returns whether there is more. */
  settleSome() {
    return false;
  }

  finish() {
    while (this.waits) this.render();
    while (this.settleSome());
  }
}
