// The comparison's one socket: it comes back by itself, and no command is lost or carried out twice on the way.

const FIRST_WAIT = 250;
const LONGEST_WAIT = 8000;
/** A command without an answer for this long means the line is dead, whatever the browser believes. */
const PATIENCE = 5000;
/** The comparison is gone, or was never ours. */
const NOT_FOUND = 4404;

export class Socket {
  /** `hello()` gives the first frame of a connection, `receive(frame)` gets all but acknowledgements, `state(open, isOver)` is told. */
  constructor(path, { hello, receive, state }) {
    Object.assign(this, { hello, receive, state });
    this.url = new URL(path, location.href.replace(/^http/, "ws"));
    this.unanswered = new Map();
    this.wait = FIRST_WAIT;
    addEventListener("online", () => this.comeBack());
    addEventListener("offline", () => this.drop());
    addEventListener("pageshow", () => this.comeBack());
    document.addEventListener("visibilitychange", () => document.hidden || this.comeBack());
    this.connect();
  }

  connect() {
    const line = (this.line = new WebSocket(this.url));
    line.addEventListener("open", () => this.opened(line));
    line.addEventListener("message", ({ data }) => line === this.line && this.heard(JSON.parse(data)));
    line.addEventListener("close", ({ code }) => line === this.line && (code === NOT_FOUND ? this.end() : this.lost()));
  }

  opened(line) {
    if (line !== this.line) return;
    this.wait = FIRST_WAIT;
    this.tell(this.hello());
    for (const { frame } of this.unanswered.values()) this.tell(frame);
    this.state(true);
  }

  heard(frame) {
    const asked = this.unanswered.get(frame.id);
    if (frame.type === "ack" || frame.type === "error") {
      this.unanswered.delete(frame.id);
      if (frame.type === "ack") asked?.resolve();
      else if (asked) asked.reject(new Error(frame.message));
    } else this.receive(frame);
  }

  /** Nothing is heard of the old line any more; the next one comes after a pause that grows and differs between tabs. */
  lost() {
    this.line = null;
    this.state(false);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), this.wait * (0.5 + Math.random()));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  end() {
    this.line = null;
    this.state(false, true);
    this.comeBack = () => {};
  }

  drop() {
    const { line } = this;
    if (!line) return;
    this.lost();
    line.close();
  }

  comeBack() {
    if (this.line) return;
    clearTimeout(this.timer);
    this.wait = FIRST_WAIT;
    this.connect();
  }

  tell(frame) {
    if (this.line?.readyState === WebSocket.OPEN) this.line.send(JSON.stringify(frame));
  }

  /** Sends a command until it is answered; rejects with the server's sentence when it is refused. */
  ask(command) {
    const frame = { ...command, id: uuid() };
    return new Promise((resolve, reject) => {
      this.unanswered.set(frame.id, { frame, resolve, reject });
      this.tell(frame);
      setTimeout(() => this.unanswered.has(frame.id) && this.drop(), PATIENCE);
    });
  }
}

/** crypto.randomUUID is missing on plain HTTP. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
