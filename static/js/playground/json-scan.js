// JSON read character by character as it comes: no text is looked at twice, and no value is built.

const SPACE = /[ \t\n\r]/;
const LITERAL = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
/** Longer than any literal, and than any number that means something. */
const LONGEST = 400;

export class JsonScan {
  constructor() {
    this.open = [];
    this.wants = "value";
    this.word = "";
    this.string = null;
    this.wrong = false;
  }

  /** "empty", "incomplete", "complete", or "wrong": no more text makes it JSON. */
  get state() {
    if (this.wrong) return "wrong";
    if (this.wants === "nothing") return "complete";
    if (this.word && !this.open.length && LITERAL.test(this.word)) return "complete";
    return this.open.length || this.word || this.string ? "incomplete" : "empty";
  }

  feed(text) {
    for (const character of text) {
      if (this.wrong) return;
      if (this.string) this.inString(character);
      else this.outside(character);
    }
  }

  inString(character) {
    if (this.string.escaped) this.string.escaped = false;
    else if (character === "\\") this.string.escaped = true;
    else if (character === '"') this.closeString();
    else if (character < " ") this.wrong = true;
  }

  closeString() {
    const { isKey } = this.string;
    this.string = null;
    if (isKey) this.wants = "colon";
    else this.valueOver();
  }

  outside(character) {
    if (/[\w.+-]/.test(character)) {
      this.word += character;
      this.wrong = !this.takesValue || this.word.length > LONGEST;
      return;
    }
    if (this.word) this.closeWord();
    if (this.wrong || SPACE.test(character)) return;
    (MARKS[character] ?? fail)(this);
  }

  closeWord() {
    this.wrong = !LITERAL.test(this.word);
    this.word = "";
    this.valueOver();
  }

  get takesValue() {
    return this.wants === "value" || this.wants === "first value";
  }

  enter(kind) {
    if (!this.takesValue) return fail(this);
    this.open.push(kind);
    this.wants = kind === "{" ? "first key" : "first value";
  }

  leave(kind) {
    const mayEnd = this.wants === "comma" || this.wants === (kind === "{" ? "first key" : "first value");
    if (!mayEnd || this.open.pop() !== kind) return fail(this);
    this.valueOver();
  }

  valueOver() {
    this.wants = this.open.length ? "comma" : "nothing";
  }
}

function fail(scan) {
  scan.wrong = true;
}

const MARKS = {
  "{": (scan) => scan.enter("{"),
  "[": (scan) => scan.enter("["),
  "}": (scan) => scan.leave("{"),
  "]": (scan) => scan.leave("["),
  '"'(scan) {
    const isKey = scan.wants === "first key" || scan.wants === "key";
    if (!isKey && !scan.takesValue) fail(scan);
    else scan.string = { isKey, escaped: false };
  },
  ":"(scan) {
    if (scan.wants === "colon") scan.wants = "value";
    else fail(scan);
  },
  ","(scan) {
    if (scan.wants === "comma") scan.wants = scan.open.at(-1) === "{" ? "key" : "value";
    else fail(scan);
  },
};
