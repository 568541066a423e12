// Models that are ticked, to be compared: they stay so while other words are typed.

export class Ticks {
  constructor(dialog) {
    this.most = Number(dialog.dataset.most);
    this.address = dialog.dataset.compare;
    this.button = dialog.querySelector("[data-palette-compare]");
    this.names = dialog.querySelector("[data-palette-ticked]");
    this.hints = dialog.querySelector("[data-palette-hints]");
    this.results = dialog.querySelector("[data-palette-results]");
    this.models = new Map();
    this.button.addEventListener("click", () => this.compare());
  }

  get any() {
    return this.models.size > 0;
  }

  clear() {
    this.models.clear();
    this.show();
  }

  /** Returns what to say of it. */
  toggle({ model_id: model, title }) {
    if (!model) return "";
    if (!this.models.has(model) && this.models.size >= this.most) return `A comparison has ${this.most} lanes at most`;
    const ticks = !this.models.delete(model);
    if (ticks) this.models.set(model, title);
    this.show();
    return `${title} ${ticks ? "ticked" : "not ticked"}, ${this.models.size} in all`;
  }

  show() {
    for (const option of this.results.querySelectorAll("[data-palette-model]")) {
      option.setAttribute("aria-selected", String(this.models.has(option.dataset.paletteModel)));
    }
    this.button.hidden = this.names.hidden = !this.any;
    this.hints.hidden = this.any;
    this.button.textContent = this.models.size === 1 ? "Try in the Playground" : `Compare ${this.models.size} models`;
    this.names.textContent = [...this.models.values()].join(", ");
  }

  compare() {
    location.assign(`${this.address}?models=${[...this.models.keys()].map(encodeURIComponent).join(",")}`);
  }
}
