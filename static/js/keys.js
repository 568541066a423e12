// The keys dialog: shows the rows that each page registers as <template data-keys="Heading"> and names keys as this machine does.
const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);
const NAMES = APPLE
  ? { mod: "⌘", shift: "⇧", enter: "Enter" }
  : { mod: "Ctrl", shift: "Shift", enter: "Enter" };

function nameKeys(within) {
  for (const key of within.querySelectorAll("[data-key]")) {
    key.textContent = key.dataset.key.split("+").map((part) => NAMES[part] ?? part.toUpperCase()).join(" ");
  }
}

function fill(dialog) {
  const lists = [...document.querySelectorAll("template[data-keys]")].map((template) => {
    const section = document.createElement("section");
    const heading = document.createElement("h3");
    const rows = document.createElement("dl");
    heading.textContent = template.dataset.keys;
    rows.append(template.content.cloneNode(true));
    section.append(heading, rows);
    return section;
  });
  dialog.querySelector("[data-keys-list]").replaceChildren(...lists);
  nameKeys(dialog);
}

export function isWriting(element) {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches("input, textarea, select"));
}

const dialog = document.querySelector("[data-keys-dialog]");
if (dialog) {
  // Filled when it opens: htmx may have brought rows since.
  dialog.addEventListener("beforetoggle", (event) => {
    if (event.newState === "open") fill(dialog);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || isWriting(event.target) || document.querySelector("dialog:modal")) return;
    event.preventDefault();
    dialog.showModal();
  });
}
nameKeys(document);
