// JSON read as it comes: no text is looked at twice, and no value is kept. Who listens hears what begins, ends and is said.

const SPACE = /[ \t\n\r]/;
const LITERAL = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
/** Longer than any literal, and than any number that means something. */
const LONGEST = 400;

export class JsonScan {
  /** `listener` has begins, grows, says, names, enters and leaves; see schema-watch.js. */
  constructor(listener = null) {
    Object.assign(this, { listener, open: [], wants: "value", word: "", string: null, wrong: false });
  }

  /** "empty", "incomplete", "complete", or "wrong": no more text makes it JSON. */
  get state() {
    if (this.wrong) return "wrong";
    if (this.wants === "nothing") return "complete";
    if (this.word && !this.open.length && LITERAL.test(this.word)) return "complete";
    return this.open.length || this.word || this.string ? "incomplete" : "empty";
  }

  feed(text) {
    let at = 0;
    while (at < text.length && !this.wrong) {
      at = this.string ? this.inString(text, at) : this.outside(text, at);
    }
    if (this.string && !this.string.isKey) this.listener?.grows(this.string);
  }

  inString(text, at) {
    const { string } = this;
    if (string.isEscaped) {
      // The four digits after a u, which count as they come, stand for a character or for half of one.
      string.size += text[at] === "u" ? -4 : 1;
      string.isEscaped = false;
      string.raw += text[at];
      return at + 1;
    }
    PLAIN.lastIndex = at;
    PLAIN.test(text);
    const end = PLAIN.lastIndex;
    const plain = text.slice(at, end);
    string.raw += plain;
    string.size += plain.length - (plain.match(/[\udc00-\udfff]/g)?.length ?? 0);
    if (end < text.length) this.mark(text[end]);
    return end + 1;
  }

  /** What is not plain within a string. */
  mark(character) {
    if (character === '"') return this.closeString();
    if (character !== "\\") return fail(this);
    this.string.isEscaped = true;
    this.string.raw += character;
  }

  closeString() {
    const { isKey, raw } = this.string;
    this.string = null;
    let value;
    try {
      value = JSON.parse(`"${raw}"`);
    } catch {
      return fail(this);
    }
    if (isKey) {
      this.wants = "colon";
      this.listener?.names(value);
    } else this.over(value);
  }

  outside(text, at) {
    const character = text[at];
    if (/[\w.+-]/.test(character)) this.grow(character);
    else {
      if (this.word) this.closeWord();
      if (!this.wrong && !SPACE.test(character)) (MARKS[character] ?? fail)(this);
    }
    return at + 1;
  }

  grow(character) {
    this.word += character;
    if (!this.takesValue || this.word.length > LONGEST) fail(this);
  }

  closeWord() {
    const { word } = this;
    this.word = "";
    if (!LITERAL.test(word)) return fail(this);
    this.listener?.begins();
    this.over(JSON.parse(word), word);
  }

  get takesValue() {
    return this.wants === "value" || this.wants === "first value";
  }

  /** A value that holds no others. */
  over(value, written) {
    this.listener?.says(value, written);
    this.valueOver();
  }

  enter(kind) {
    if (!this.takesValue) return fail(this);
    this.open.push(kind);
    this.wants = kind === "{" ? "first key" : "first value";
    this.listener?.begins();
    this.listener?.enters(kind === "{" ? {} : []);
  }

  leave(kind) {
    const mayEnd = this.wants === "comma" || this.wants === (kind === "{" ? "first key" : "first value");
    if (!mayEnd || this.open.pop() !== kind) return fail(this);
    this.listener?.leaves();
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
    if (!isKey && !scan.takesValue) return fail(scan);
    if (!isKey) scan.listener?.begins();
    scan.string = { isKey, raw: "", size: 0, isEscaped: false };
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
