// Images of what is being written: chosen, pasted, dropped or fetched by address. The server keeps them with the draft,
// so that every tab and every reload has them.
import { announce } from "../announce.js";
import { headers } from "../csrf.js";
import { blindness } from "./image-blindness.js";
import { bindSources } from "./image-sources.js";
import { fit } from "./image-fit.js";
import { Tile } from "./image-tile.js";
import { post } from "./image-upload.js";

const MOST = 8;
/** A form has no room for longer names of files, and the server keeps no more of them. */
const LONG_NAME = /^(.{80}).+(.{19})$/su;
const TOO_MANY = `A message takes at most ${MOST} images.`;

export class DraftImages {
  constructor(form, board) {
    Object.assign(this, { form, board, leaving: new Set(), asked: 0, shown: 0 });
    this.element = form.querySelector("[data-images]");
    this.list = this.element.querySelector("[data-draft-images]");
    this.pending = this.element.querySelector("[data-pending-images]");
    this.note = this.element.querySelector("[data-blind-lanes]");
    /** One after the other, so that they stand in the order in which they were given. */
    this.queue = Promise.resolve();
    this.list.addEventListener("click", ({ target }) => this.remove(target.closest("[data-remove-image]")));
    board.element.addEventListener("board:images", () => this.refresh());
    board.element.addEventListener("lane:state", () => this.show());
    form.addEventListener("input", () => this.show());
    bindSources(form, this);
    this.show();
  }

  /** Of those that would be sent now. */
  get ids() {
    return [...this.list.querySelectorAll("[data-draft-image]:not([hidden])")].map(({ dataset }) => dataset.draftImage);
  }

  get coming() {
    return this.pending.querySelectorAll("[data-pending]:not([data-failed])").length;
  }

  /** Why nothing can be sent now, as a sentence. */
  get reason() {
    if (this.coming) return "An image is still on its way. Wait a moment, then send.";
    const isUsers = this.form.querySelector("[data-role]").value === "user";
    return this.ids.length && !isUsers ? "Only a message of the user can have images. Choose the role “User”, or remove them." : "";
  }

  addFiles(files) {
    for (const file of files) {
      this.add(new Tile(this.element, file.name, file), async (tile) => {
        const { blob, note } = await fit(file);
        const form = new FormData();
        form.append("image", blob, file.name.replace(LONG_NAME, "$1…$2") || "image");
        form.append("note", note);
        await post(this.element.dataset.images, form, (share) => tile.progress(share));
      });
    }
  }

  addAddress(url) {
    this.add(new Tile(this.element, url), () => post(this.element.dataset.imagesAt, new URLSearchParams({ url })));
  }

  add(tile, bring) {
    tile.element.addEventListener("image:dismissed", () => this.show());
    // It is itself among those that are coming.
    if (this.ids.length + this.coming > MOST) tile.fail(TOO_MANY);
    else this.queue = this.queue.then(() => this.bring(tile, bring));
    this.show();
  }

  async bring(tile, bring) {
    if (!tile.element.isConnected) return;
    try {
      await bring(tile);
      await this.refresh();
      tile.element.remove();
      announce(`${tile.name} is added`);
    } catch (refused) {
      tile.fail(refused.message);
      announce(`${tile.name}: ${refused.message}`);
    }
    this.show();
  }

  async remove(button) {
    if (!button) return;
    const item = button.closest("[data-draft-image]");
    const next = (item.nextElementSibling ?? item.previousElementSibling)?.querySelector("[data-remove-image]");
    button.disabled = true;
    (next ?? this.form.querySelector("[data-composer]")).focus();
    await post(button.dataset.removeImage, new FormData()).catch(() => {});
    await this.refresh();
  }

  /** What is asked later is answered later, or is not shown. */
  async refresh() {
    const number = (this.asked += 1);
    const answer = await fetch(this.element.dataset.images, { headers: headers() }).catch(() => null);
    const html = answer?.ok ? await answer.text() : null;
    if (html === null || number < this.shown) return;
    this.shown = number;
    const focused = document.activeElement?.closest?.("[data-draft-image]")?.dataset.draftImage;
    this.list.innerHTML = html;
    for (const item of this.list.children) item.hidden = this.leaving.has(item.dataset.draftImage);
    if (focused) this.list.querySelector(`[data-draft-image="${focused}"] [data-remove-image]`)?.focus();
    this.show();
  }

  /** These go with what is sent. What was refused stays until somebody has seen it and takes it away. */
  leave(ids) {
    for (const id of ids) this.leaving.add(id);
    for (const item of this.list.children) item.hidden = this.leaving.has(item.dataset.draftImage);
    for (const failed of this.pending.querySelectorAll("[data-failed]:not([data-left])")) {
      failed.dataset.left = "";
      failed.querySelector(".draft-image-facts").prepend("Not sent: ");
    }
    this.show();
    return ids;
  }

  /** It was not sent. */
  stay() {
    this.leaving.clear();
    this.refresh();
  }

  show() {
    const hasImages = this.ids.length + this.coming > 0;
    this.element.toggleAttribute("data-empty", !hasImages && !this.pending.children.length);
    this.board.element.toggleAttribute("data-with-images", hasImages);
    const text = hasImages ? blindness(this.board, this.form.querySelector("[data-composer]").value) : "";
    if (this.note.textContent !== text) this.note.textContent = text;
    this.note.hidden = !text;
    this.form.dispatchEvent(new CustomEvent("images:changed"));
  }
}
