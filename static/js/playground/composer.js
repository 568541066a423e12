// The box below all lanes: Enter sends to every one of them, and the send button is the stop button while they answer.
const COST_AFTER = 300;

/** Nobody waits for it when the page opens, nor with a message that is sent at once; and one can send without it. */
async function costLater(composer) {
  await new Promise((over) => setTimeout(over, COST_AFTER));
  const found = await import("./cost.js").catch(() => null);
  return found && new found.Cost(composer);
}

export class Composer {
  constructor(form, board, socket, images) {
    Object.assign(this, { form, board, socket, images, pending: 0 });
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
    for (const command of socket.left) this.ask(command);
  }

  get running() {
    return this.pending > 0 || this.board.isRunning;
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
    const command = { type, text: this.box.value, role: this.role.value, lanes: [], images: this.images.leave() };
    for (const { autoscroll } of this.board.lanes.values()) autoscroll.following = true;
    // First of all: moving the focus lays out what was changed before it.
    this.box.focus();
    this.write("");
    this.ask(command);
  }

  async ask(command) {
    const { type, role, text } = command;
    this.pending += type === "send" ? 1 : 0;
    this.show();
    try {
      await this.socket.ask(command);
      await this.board.settled();
      this.tell("");
    } catch (refused) {
      this.tell(refused.message);
      this.images.stay();
      // The next one may have been begun.
      if (role) this.write([text, this.box.value].filter(Boolean).join("\n\n"));
    }
    this.pending -= type === "send" ? 1 : 0;
    this.show();
  }

  /** As if it was typed: it is the draft from now on. */
  write(text) {
    this.box.value = text;
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
