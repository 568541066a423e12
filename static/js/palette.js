// The palette of Cmd/Ctrl+K: the server finds, the arrow keys choose, Enter opens; several models can be ticked and compared.
const dialog = document.querySelector("[data-palette]");
const search = dialog?.querySelector("[data-palette-search]");
const results = dialog?.querySelector("[role=listbox]");
const compare = dialog?.querySelector("[data-palette-compare]");
const ticked = new Set();

function options() {
  return [...results.querySelectorAll('[role="option"]:not([aria-disabled])')];
}

function active() {
  return document.getElementById(search.getAttribute("aria-activedescendant"));
}

function activate(option) {
  active()?.removeAttribute("data-active");
  option?.setAttribute("data-active", "");
  option?.scrollIntoView({ block: "nearest" });
  search.setAttribute("aria-activedescendant", option?.id ?? "");
}

function move(by) {
  const all = options();
  const at = all.indexOf(active());
  if (all.length) activate(all[(at + by + all.length) % all.length]);
}

function showTicks() {
  for (const option of options()) {
    if (option.dataset.paletteModel) option.setAttribute("aria-selected", String(ticked.has(option.dataset.paletteModel)));
  }
  compare.hidden = ticked.size === 0;
  compare.textContent = ticked.size === 1 ? "Try in the Playground" : `Compare ${ticked.size} models`;
}

function tick(option) {
  const model = option?.dataset.paletteModel;
  if (!model) return;
  if (!ticked.delete(model)) ticked.add(model);
  showTicks();
}

function goCompare() {
  location.assign(`${dialog.dataset.compare}?models=${[...ticked].map(encodeURIComponent).join(",")}`);
}

function choose(option) {
  if (!option) return;
  if (option.dataset.paletteProjectId) {
    const project = dialog.querySelector("[data-palette-project]");
    project.value = option.dataset.paletteProjectId;
    project.form.requestSubmit();
  } else if (option.dataset.paletteUrl) {
    location.assign(option.dataset.paletteUrl);
  }
}

function open() {
  if (dialog.open) return dialog.close();
  document.dispatchEvent(new CustomEvent("palette-opening"));
  ticked.clear();
  showTicks();
  search.value = "";
  dialog.showModal();
  search.focus();
  search.dispatchEvent(new CustomEvent("palette-open"));
}

function press(event) {
  const act = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => (event.shiftKey ? tick(active()) : ticked.size ? goCompare() : choose(active())),
  }[event.key];
  if (!act || event.isComposing) return;
  event.preventDefault();
  act();
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) open();
  });
  search.addEventListener("keydown", press);
  results.addEventListener("click", (event) => {
    const option = event.target.closest('[role="option"]');
    if (event.target.closest("[data-palette-tick]") || event.shiftKey) tick(option);
    else choose(option);
    search.focus();
  });
  results.addEventListener("htmx:afterSwap", () => {
    showTicks();
    activate(options()[0]);
  });
  compare.addEventListener("click", goCompare);
}
