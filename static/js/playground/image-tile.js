// An image that is on its way to the server, or did not get there and says why.

export class Tile {
  constructor(section, name, file = null) {
    this.name = name || "image";
    this.element = section.querySelector("[data-pending-image]").content.firstElementChild.cloneNode(true);
    this.facts = this.element.querySelector(".draft-image-facts");
    this.bar = this.element.querySelector("progress");
    this.element.querySelector(".draft-image-name").textContent = this.name;
    const dismiss = this.element.querySelector("[data-dismiss-image]");
    dismiss.setAttribute("aria-label", `Remove ${this.name}`);
    dismiss.addEventListener("click", () => this.dismiss());
    this.facts.textContent = file ? "Reading…" : "Fetching…";
    this.bar.hidden = !file;
    if (file?.type.startsWith("image/")) this.preview(file);
    section.querySelector("[data-pending-images]").append(this.element);
  }

  preview(file) {
    const image = this.element.querySelector("img");
    const url = URL.createObjectURL(file);
    image.addEventListener("load", () => {
      image.hidden = false;
      URL.revokeObjectURL(url);
    });
    image.addEventListener("error", () => URL.revokeObjectURL(url));
    image.src = url;
  }

  progress(share) {
    this.facts.textContent = share < 1 ? "Uploading…" : "Checking…";
    this.bar.value = share;
  }

  fail(sentence) {
    this.element.dataset.failed = "";
    this.facts.textContent = sentence;
    this.bar.hidden = true;
  }

  /** What was begun may still come: it is in the draft then, and can be removed there. */
  dismiss() {
    this.element.remove();
    document.querySelector("[data-composer]").focus();
    this.element.dispatchEvent(new CustomEvent("image:dismissed"));
  }
}
