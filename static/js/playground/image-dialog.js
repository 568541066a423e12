// A thumbnail opens large, in a dialog of its own; arrow keys lead to the others beside it.

function made(tag, className = "", text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function button(label) {
  const element = made("button", "button", label);
  element.type = "button";
  return element;
}

class ImageDialog {
  constructor(opener) {
    this.siblings = [...opener.closest("ul").querySelectorAll("[data-open-image]")];
    this.dialog = made("dialog", "dialog image-dialog");
    this.heading = made("h2");
    this.heading.id = "image-title";
    this.dialog.setAttribute("aria-labelledby", this.heading.id);
    this.about = made("p", "hint");
    this.image = made("img", "image-large");
    this.save = made("a", "button", "Save");
    const actions = made("div", "actions");
    const close = button("Close");
    close.dataset.close = "";
    close.autofocus = true;
    if (this.siblings.length > 1) actions.append(this.step("Previous", -1), this.step("Next", 1));
    actions.append(this.save, close);
    this.dialog.append(this.heading, this.about, this.image, actions);
    this.dialog.addEventListener("keydown", ({ key }) => this.go({ ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0));
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
      this.siblings[this.at].focus();
    });
    this.show(this.siblings.indexOf(opener));
    document.body.append(this.dialog);
    this.dialog.showModal();
  }

  step(label, by) {
    const element = button(label);
    element.addEventListener("click", () => this.go(by));
    return element;
  }

  go(by) {
    if (by) this.show((this.at + by + this.siblings.length) % this.siblings.length);
  }

  show(at) {
    this.at = at;
    const { dataset, firstElementChild: thumbnail } = this.siblings[at];
    this.heading.textContent = thumbnail.alt;
    this.about.textContent = dataset.about;
    Object.assign(this.image, { src: dataset.openImage, alt: thumbnail.alt, width: thumbnail.width, height: thumbnail.height });
    for (const side of ["width", "height"]) this.image.setAttribute(side, thumbnail.getAttribute(side));
    Object.assign(this.save, { href: dataset.openImage, download: thumbnail.alt });
  }
}

export function bindImageDialog() {
  document.addEventListener("click", ({ target }) => {
    const opener = target.closest?.("[data-open-image]");
    if (opener) new ImageDialog(opener);
  });
}
