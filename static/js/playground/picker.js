// The LLM dropdown: "Serverless Inference", "Saved models" and each own provider open a list of models beside it, by
// pointer or arrow keys; simply typing searches all of them.

const HOVER_WAIT = 80;
const GAP = 4;

function parts(picker) {
  return {
    root: picker.querySelector("[data-picker-root]"),
    openers: [...picker.querySelectorAll("[data-submenu]")],
    body: picker.querySelector("[data-submenu-body]"),
    search: picker.querySelector("[data-picker-search]"),
  };
}

function models(picker) {
  return [...picker.querySelectorAll("[data-picker-group]:not([hidden]) [data-pick]:not([hidden], :disabled)")];
}

/** Those of one section, or of all. Beside the root; on its other side where the window ends. The root stays under the pointer. */
function openModels(picker, section = "", focus = true) {
  const { root, openers, body, search } = parts(picker);
  const { right } = root.getBoundingClientRect();
  for (const opener of openers) opener.setAttribute("aria-expanded", opener.dataset.submenu === section);
  picker.dataset.section = section;
  if (!clear(search)) showGroups(picker);
  picker.querySelector("[data-picker-list]").scrollTop = 0;
  if (body.hidden) {
    body.hidden = false;
    const isCut = picker.getBoundingClientRect().right > innerWidth;
    picker.toggleAttribute("data-flipped", isCut);
    if (isCut) picker.style.left = `${Math.max(GAP, right - picker.offsetWidth)}px`;
  }
  if (focus) search.focus();
}

/** Whatever else follows what is searched hears that nothing is. */
function clear(search) {
  if (!search.value) return false;
  search.value = "";
  search.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

function closeModels(picker) {
  const { root, openers, body } = parts(picker);
  const { left } = root.getBoundingClientRect();
  for (const opener of openers) opener.setAttribute("aria-expanded", "false");
  body.hidden = true;
  picker.removeAttribute("data-flipped");
  picker.style.left = `${left}px`;
  (openers.find(({ dataset }) => dataset.submenu === picker.dataset.section) ?? openers[0]).focus();
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
  showGroups(picker);
}

/** What is searched is searched in all of them, each under the name of where it is from. */
function showGroups(picker) {
  const isSearched = parts(picker).search.value.trim() !== "";
  const { section } = picker.dataset;
  let some = false;
  for (const group of picker.querySelectorAll("[data-picker-group]")) {
    const isShown = isSearched ? group.querySelector("[data-pick]:not([hidden])") !== null : !section || group.dataset.pickerGroup === section;
    show(group, isShown);
    some ||= isShown;
  }
  const none = picker.querySelector("[data-picker-none]");
  none.textContent = some ? "" : none.dataset.pickerNone;
}

/** An attribute that is set anew, though to the same, has its element styled anew: there may be a thousand. */
function show(element, isShown) {
  if (element.hidden === isShown) element.hidden = !isShown;
}

function walk(picker, event) {
  const { root, openers, body, search } = parts(picker);
  const inModels = body.contains(event.target);
  const items = inModels ? [search, ...models(picker)] : [...root.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: items[(at + 1) % items.length], ArrowUp: items.at(at - 1) }[event.key];
  if (to) to.focus();
  else if (event.key === "ArrowRight" && openers.includes(document.activeElement)) openModels(picker, document.activeElement.dataset.submenu);
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
  const { openers, body, search } = parts(picker);
  if (!body) return;
  clear(search);
  body.hidden = true;
  picker.removeAttribute("data-flipped");
  for (const opener of openers) opener.setAttribute("aria-expanded", "false");
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
    if (newState === "open") parts(target).openers[0]?.focus();
    else fold(target);
  }, true);
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    if (target.matches("[data-picker]:popover-open")) parts(target).openers[0].focus();
    // Found by the server, it stands among the groups that are shown, or not.
    else if (target.matches("[data-picker-saved]")) narrow(target.closest("[data-picker]"));
  });
  document.addEventListener("input", ({ target }) => target.matches("[data-picker-search]") && narrow(target.closest("[data-picker]")));
  document.addEventListener("click", ({ target }) => {
    const opener = target.closest("[data-submenu]");
    if (opener) openModels(opener.closest("[data-picker]"), opener.dataset.submenu);
  });
  document.addEventListener("pointerover", ({ target, pointerType }) => {
    clearTimeout(hover);
    const opener = target.closest?.("[data-submenu]");
    const picker = opener?.closest("[data-picker]");
    // Who has typed words is on the way to what they found.
    if (!picker || pointerType !== "mouse" || parts(picker).search.value) return;
    hover = setTimeout(() => openModels(picker, opener.dataset.submenu, false), HOVER_WAIT);
  });
  // Before the general menu keys: those know nothing of a menu within a menu.
  document.addEventListener("keydown", (event) => {
    const picker = event.target.closest?.("[data-picker]");
    if (!picker || !parts(picker).root) return;
    walk(picker, event);
    if (event.key !== "Escape" && event.key !== "Tab") event.stopPropagation();
  }, true);
}
