// The comparison's one socket: it comes back by itself, and no command is lost or carried out twice on the way.

const FIRST_WAIT = 250;
const LONGEST_WAIT = 8000;
/** Where nothing is heard for so long after something was said, the line is dead, whatever the browser believes. */
const PATIENCE = 5000;
/** Answers that are being written are not silent for long. */
const SILENCE = 10_000;
/** The comparison is gone, or was never ours. */
const NOT_FOUND = 4404;

export class Socket {
  /** `known()` gives the frame that asks what this tab lacks, `receive(frame)` gets what is no answer to a command,
   *  `state(open, isOver)` is told; `isAwaited()`: something is to be heard; `over`: what is said to commands when the
   *  line does not come back. */
  constructor(path, { known, receive, state, isAwaited, over }) {
    Object.assign(this, { known, receive, state, isAwaited, over, heard: 0, isOver: false });
    this.url = new URL(path, location.href.replace(/^http/, "ws"));
    this.unanswered = new Map();
    this.key = `asked:${path}`;
    /** Commands that had no answer when the page was left, and when they were asked. */
    this.left = JSON.parse(sessionStorage.getItem(this.key) ?? "[]");
    sessionStorage.removeItem(this.key);
    this.wait = FIRST_WAIT;
    addEventListener("online", () => this.comeBack());
    addEventListener("offline", () => this.drop());
    addEventListener("pageshow", ({ persisted }) => persisted && this.comeBack());
    document.addEventListener("visibilitychange", () => document.hidden || this.comeBack());
    setInterval(() => this.listen(), SILENCE);
    this.connect();
  }

  connect() {
    const line = (this.line = new WebSocket(this.url));
    line.addEventListener("open", () => this.opened(line));
    line.addEventListener("message", ({ data }) => line === this.line && this.hear(JSON.parse(data)));
    line.addEventListener("close", ({ code }) => line === this.line && (code === NOT_FOUND ? this.end() : this.lost()));
    this.doubt();
  }

  opened(line) {
    if (line !== this.line) return;
    this.resume();
    for (const { frame } of this.unanswered.values()) this.say(frame);
  }

  /** Asks what is lacking here, and with that whether anybody is there. */
  resume() {
    this.say(this.known());
  }

  say(frame) {
    if (this.line?.readyState !== WebSocket.OPEN) return;
    this.line.send(JSON.stringify(frame));
    this.doubt(frame.id);
  }

  /** Until the command is answered, if it is one. With every line that is lost the patience grows, so that all tabs
   *  together do not run over a server that is slow. */
  doubt(id) {
    const { line, heard } = this;
    setTimeout(() => {
      if (line !== this.line) return;
      if (heard === this.heard) this.drop();
      else if (this.unanswered.has(id)) this.doubt(id);
    }, PATIENCE + 2 * this.wait);
  }

  listen() {
    if (this.heardBefore === this.heard && this.isAwaited()) this.resume();
    this.heardBefore = this.heard;
  }

  hear(frame) {
    this.heard += 1;
    if (frame.type in ANSWERS) ANSWERS[frame.type](this, frame);
    else this.receive(frame);
  }

  answered(id) {
    const asked = this.unanswered.get(id);
    if (this.unanswered.delete(id)) this.keep();
    if (!this.unanswered.size) this.wait = FIRST_WAIT;
    return asked;
  }

  keep() {
    const frames = [...this.unanswered.values()].map(({ frame, at }) => ({ frame, at }));
    try {
      sessionStorage.setItem(this.key, JSON.stringify(frames));
    } catch {
      // There is no room for them: they live as long as the page.
    }
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
    this.isOver = true;
    this.state(false, true);
    for (const id of this.unanswered.keys()) this.answered(id).reject(new Error(this.over));
  }

  drop() {
    const { line } = this;
    if (!line) return;
    this.lost();
    line.close();
  }

  comeBack() {
    if (this.isOver) return;
    if (this.line) return this.resume();
    clearTimeout(this.timer);
    this.wait = FIRST_WAIT;
    this.connect();
  }

  /** Sends a command until it is answered; rejects with the server's sentence when it is refused. One that has its id
   *  already may have arrived before. */
  ask(command) {
    if (this.isOver) return Promise.reject(new Error(this.over));
    const frame = { id: uuid(), ...command };
    return new Promise((resolve, reject) => {
      this.unanswered.set(frame.id, { frame, resolve, reject, at: Date.now() });
      this.keep();
      this.say(frame);
    });
  }
}

const ANSWERS = {
  ack: (socket, { id }) => socket.answered(id)?.resolve(),
  /** Without an id, what is lacking was asked for in vain. */
  error: (socket, { id, message }) => (id ? socket.answered(id)?.reject(new Error(message)) : socket.drop()),
  resumed(socket) {
    socket.answered();
    socket.state(true);
  },
};

/** crypto.randomUUID is missing on plain HTTP. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
