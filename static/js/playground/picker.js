// The LLM dropdown: "Serverless Inference" opens a list of models beside it, by pointer, arrow keys or simply typing.

const HOVER_WAIT = 80;
const GAP = 4;

function parts(picker) {
  return {
    root: picker.querySelector("[data-picker-root]"),
    opener: picker.querySelector("[data-submenu]"),
    body: picker.querySelector("[data-submenu-body]"),
    search: picker.querySelector("[data-picker-search]"),
  };
}

function models(picker) {
  return [...picker.querySelectorAll("[data-pick]:not([hidden], :disabled)")];
}

/** Beside the root; on its other side where the window ends. The root stays under the pointer. */
function openModels(picker, focus = true) {
  const { root, opener, body, search } = parts(picker);
  const { right } = root.getBoundingClientRect();
  opener.setAttribute("aria-expanded", "true");
  if (body.hidden) {
    body.hidden = false;
    const isCut = picker.getBoundingClientRect().right > innerWidth;
    picker.toggleAttribute("data-flipped", isCut);
    if (isCut) picker.style.left = `${Math.max(GAP, right - picker.offsetWidth)}px`;
  }
  if (focus) search.focus();
}

function closeModels(picker) {
  const { root, opener, body } = parts(picker);
  const { left } = root.getBoundingClientRect();
  opener.setAttribute("aria-expanded", "false");
  body.hidden = true;
  picker.removeAttribute("data-flipped");
  picker.style.left = `${left}px`;
  opener.focus();
}

function narrow(picker) {
  const words = parts(picker).search.value.toLowerCase().split(/\s+/);
  for (const batch of picker.querySelectorAll("[data-picker-batch]")) {
    let shown = 0;
    for (const model of batch.children) {
      const fits = words.every((word) => model.dataset.search.includes(word));
      show(model, fits);
      shown += fits;
    }
    // How much room it takes while it is out of sight.
    batch.style.setProperty("--shown", shown);
  }
  for (const group of picker.querySelectorAll("[data-picker-group]")) show(group, group.querySelector("[data-pick]:not([hidden])") !== null);
}

/** An attribute that is set anew, though to the same, has its element styled anew: there may be a thousand. */
function show(element, isShown) {
  if (element.hidden === isShown) element.hidden = !isShown;
}

function walk(picker, event) {
  const { root, opener, body, search } = parts(picker);
  const inModels = body.contains(event.target);
  const items = inModels ? [search, ...models(picker)] : [...root.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: items[(at + 1) % items.length], ArrowUp: items.at(at - 1) }[event.key];
  if (to) to.focus();
  else if (event.key === "ArrowRight" && document.activeElement === opener) openModels(picker);
  else if (event.key === "ArrowLeft" && inModels && !search.value) closeModels(picker);
  else if (event.key === "Enter" && event.target === search) models(picker)[0]?.click();
  else if (event.key.length === 1 && event.key !== " " && event.target !== search && !event.metaKey && !event.ctrlKey && !event.altKey) {
    openModels(picker);
    return;
  } else return;
  event.preventDefault();
}

/** Each opening starts anew: no search, the list of models folded away. */
function fold(picker) {
  const { opener, body, search } = parts(picker);
  if (!opener) return;
  if (search.value) {
    search.value = "";
    // Whatever else follows what is searched hears that nothing is.
    search.dispatchEvent(new Event("input", { bubbles: true }));
  }
  body.hidden = true;
  picker.removeAttribute("data-flipped");
  opener.setAttribute("aria-expanded", "false");
}

/** What is in it is fetched once, when the pointer or the focus comes to its button: then it is there when it opens. */
function want(picker) {
  picker?.dispatchEvent(new CustomEvent("picker-wanted"));
}

function pickerOf(element) {
  const button = element.closest?.("[popovertarget]");
  const picker = button && document.getElementById(button.getAttribute("popovertarget"));
  return picker?.matches("[data-picker]") ? picker : null;
}

export function bindPickers() {
  let hover;
  for (const comes of ["pointerover", "focusin"]) document.addEventListener(comes, ({ target }) => want(pickerOf(target)));
  document.addEventListener("toggle", ({ target, newState }) => {
    if (!target.matches?.("[data-picker]")) return;
    if (newState === "open") want(target);
    if (newState === "open") parts(target).opener?.focus();
    else fold(target);
  }, true);
  document.addEventListener("htmx:afterSwap", ({ target }) => target.matches("[data-picker]:popover-open") && parts(target).opener.focus());
  document.addEventListener("input", ({ target }) => target.matches("[data-picker-search]") && narrow(target.closest("[data-picker]")));
  document.addEventListener("click", ({ target }) => {
    const opener = target.closest("[data-submenu]");
    if (opener) openModels(opener.closest("[data-picker]"));
  });
  document.addEventListener("pointerover", ({ target, pointerType }) => {
    clearTimeout(hover);
    const opener = target.closest?.("[data-submenu]");
    if (opener && pointerType === "mouse") hover = setTimeout(() => openModels(opener.closest("[data-picker]"), false), HOVER_WAIT);
  });
  // Before the general menu keys: those know nothing of a menu within a menu.
  document.addEventListener("keydown", (event) => {
    const picker = event.target.closest?.("[data-picker]");
    if (!picker || !parts(picker).root) return;
    walk(picker, event);
    if (event.key !== "Escape" && event.key !== "Tab") event.stopPropagation();
  }, true);
}
