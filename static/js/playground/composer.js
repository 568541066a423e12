// The box below all lanes: Enter sends to every one of them, and the send button is the stop button while they answer.
const COST_AFTER = 300;
/** Milliseconds: what was said before that is not said by itself when a page comes back. */
const MEANT_FOR = 300_000;

/** Nobody waits for it when the page opens, nor with a message that is sent at once; and one can send without it. */
async function costLater(composer) {
  await new Promise((over) => setTimeout(over, COST_AFTER));
  const found = await import("./cost.js").catch(() => null);
  return found && new found.Cost(composer);
}

export class Composer {
  constructor(form, board, socket, draft, images) {
    Object.assign(this, { form, board, socket, draft, images, back: "", onTheWay: new Set() });
    this.box = form.querySelector("[data-composer]");
    this.role = form.querySelector("[data-role]");
    this.button = form.querySelector("[data-send]");
    this.status = form.querySelector("[data-composer-status]");
    this.adding = form.querySelector("[data-add]");
    this.tell("");
    this.box.addEventListener("input", () => this.changed());
    this.adding.addEventListener("click", () => this.say("add"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.running) this.stop();
      else this.say("send");
    });
    board.element.addEventListener("lane:state", () => this.show());
    form.addEventListener("images:changed", () => this.show());
    this.changed();
    this.box.setSelectionRange(this.box.value.length, this.box.value.length);
    // On a phone the focus would raise the keyboard over what there is to read.
    if (document.activeElement === document.body && matchMedia("(pointer: fine)").matches) this.box.focus();
    for (const { frame, at } of socket.left) if ("role" in frame) this.again(frame, at);
  }

  get running() {
    return [...this.onTheWay].some(({ type }) => type === "send") || this.board.isRunning;
  }

  get isEmpty() {
    return !this.box.value.trim() && !this.images.ids.length;
  }

  get canSend() {
    return !this.isEmpty && !this.images.reason;
  }

  /** Of what could be sent now it is said what it costs. */
  get isWriting() {
    return this.canSend && !this.running;
  }

  entered() {
    if (this.running) this.tell("The lanes are still answering. Wait for them, or stop them with Esc.", () => this.running);
    else this.say("send");
  }

  say(type) {
    if (this.images.reason) return this.tell(this.images.reason);
    if (this.isEmpty) return this.tell("There is nothing to send yet: write something.", () => !this.canSend);
    const command = { type, text: this.box.value, role: this.role.value, lanes: [], images: this.images.leave(this.images.ids) };
    for (const { autoscroll } of this.board.lanes.values()) autoscroll.following = true;
    // First of all: moving the focus lays out what was changed before it.
    this.box.focus();
    this.box.value = this.back = "";
    this.draft.sent();
    this.changed();
    this.ask(command);
  }

  /** What was said and not answered when the page was left. */
  again(command, at) {
    if (Date.now() - at > MEANT_FOR) return this.giveBack(command);
    this.images.leave(command.images);
    this.ask(command);
  }

  async ask(command) {
    this.onTheWay.add(command);
    this.show();
    try {
      await this.socket.ask(command);
      await this.board.settled();
      this.tell("");
    } catch (refused) {
      this.tell(refused.message);
      this.images.stay();
      this.giveBack(command);
    }
    this.onTheWay.delete(command);
    if (!this.onTheWay.size) this.draft.arrived();
    this.show();
  }

  /** Before the next message, which may have been begun, and after those that were given back before; as if it was typed. */
  giveBack({ text, role }) {
    const { value } = this.box;
    if (!value) this.role.value = role;
    const before = value.startsWith(this.back) ? this.back : "";
    const begun = value.slice(before.length).replace(/^\n\n/, "");
    this.back = [before, text].filter(Boolean).join("\n\n");
    this.box.value = [this.back, begun].filter(Boolean).join("\n\n");
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  stop() {
    this.button.dataset.stopping = "";
    this.socket.ask({ type: "stop", lane: null }).catch((refused) => this.tell(refused.message));
    this.box.focus();
  }

  /** It is over when another is told, or as soon as it no longer `stands()`. */
  tell(sentence, stands = () => true) {
    this.status.textContent = sentence;
    this.stands = stands;
  }

  changed() {
    if (!CSS.supports("field-sizing", "content")) {
      this.box.style.height = "auto";
      this.box.style.height = `${this.box.scrollHeight + 2}px`;
    }
    this.show();
  }

  show() {
    const { running, canSend } = this;
    if (!this.stands()) this.tell("");
    if (!running) delete this.button.dataset.stopping;
    this.button.dataset.state = running ? "running" : "idle";
    this.button.setAttribute("aria-label", running ? "Stop all" : "Send");
    this.button.title = running ? "Stop all lanes (Esc)" : "Send to all lanes (Enter)";
    this.button.disabled = !running && !canSend;
    this.box.placeholder = this.board.lanes.size > 1 ? "Message to all lanes" : "Message";
    this.adding.disabled = !canSend;
    if (this.isWriting) this.cost ??= costLater(this);
    this.cost?.then((cost) => cost?.show());
  }
}
