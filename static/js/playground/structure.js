// Below an answer that should be JSON, while it grows: whether it is so far, and the first violation of its schema as soon
// as nothing can undo it. A worker reads along; at its end the answer is judged by the server.

/** Milliseconds for one piece of text, and its length: a schema may hold a pattern that takes for ever. */
const PATIENCE = 10_000;
const PIECE = 50_000;
const LATER = "Will be checked when complete";
let worker;

function hire() {
  return new Worker(new URL("./structure-worker.js", import.meta.url), { type: "module" });
}

export class Structure {
  constructor(line) {
    const { port1, port2 } = new MessageChannel();
    worker ??= hire();
    Object.assign(this, { line, worker, port: port1, text: "", timer: null, isOver: false });
    line.hidden = true;
    port1.onmessage = ({ data }) => this.hear(data);
    worker.postMessage(line.dataset.schema, [port2]);
  }

  feed(text) {
    this.text += text;
    this.send();
  }

  /** While one piece is read the next comes together. */
  send() {
    if (this.timer || !this.text) return;
    this.timer = setTimeout(() => this.giveUp(), PATIENCE);
    this.port.postMessage(this.text.slice(0, PIECE));
    this.text = this.text.slice(PIECE);
  }

  hear({ state, isWatched, fault }) {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.isOver) return this.port.close();
    if (fault) this.show("invalid", "Does not match the schema", fault);
    else if (state === "wrong") this.show("not_json", "Not JSON");
    else if (state === "unknown") this.show("growing", LATER);
    else if (state !== "empty") this.show("growing", `${isWatched ? "Valid" : "JSON"} so far, ${state}`);
    this.send();
  }

  show(state, label, fault) {
    const { line } = this;
    const words = line.querySelector("[data-structure-label]");
    if (!line.hidden && words.textContent === label) return;
    line.hidden = false;
    line.dataset.structure = state;
    words.textContent = label;
    line.querySelector("[data-structure-fault]").replaceChildren(...(fault ? [" at ", path(fault), `: ${fault.message}`] : []));
    if (state !== "growing") line.dispatchEvent(new CustomEvent("structure:fault", { bubbles: true }));
  }

  /** Others that it reads are late too. */
  giveUp() {
    this.worker.terminate();
    if (worker === this.worker) worker = null;
    if (!this.isOver) this.show("growing", LATER);
  }

  /** What is still read may yet turn out to take for ever. */
  over() {
    this.isOver = true;
    if (!this.timer) this.port.close();
  }
}

function path(fault) {
  const code = document.createElement("code");
  code.textContent = fault.path;
  return code;
}
