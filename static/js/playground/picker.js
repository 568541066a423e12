// The LLM dropdown: "Serverless Inference", "Saved models" and each own provider open a list of models beside it, by
// pointer or arrow keys; simply typing searches all of them.
import { clear, narrow, parts, showGroups, shownModels } from "./picker-search.js";

const HOVER_WAIT = 80;
const GAP = 4;
let hover;

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

function foldModels(picker) {
  const { openers, body } = parts(picker);
  for (const opener of openers) opener.setAttribute("aria-expanded", "false");
  body.hidden = true;
  picker.removeAttribute("data-flipped");
}

/** Back to what opened them; the root stays where it is. */
function closeModels(picker) {
  const { root, openers } = parts(picker);
  const { left } = root.getBoundingClientRect();
  foldModels(picker);
  picker.style.left = `${left}px`;
  (openers.find(({ dataset }) => dataset.submenu === picker.dataset.section) ?? openers[0]).focus();
}

function walk(picker, event) {
  const { root, openers, body, search } = parts(picker);
  const { key, target } = event;
  const inModels = body.contains(target);
  const items = inModels ? [search, ...shownModels(picker)] : [...root.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: items[(at + 1) % items.length], ArrowUp: items.at(at - 1) }[key];
  if (to) to.focus();
  else if (key === "ArrowRight" && openers.includes(document.activeElement)) openModels(picker, document.activeElement.dataset.submenu);
  else if (key === "ArrowLeft" && inModels && !search.value) closeModels(picker);
  else if (key === "Enter" && target === search) shownModels(picker)[0]?.click();
  else {
    // The search takes the character itself, once the focus is in it.
    if (isCharacter(event) && target !== search) openModels(picker);
    return;
  }
  event.preventDefault();
}

function isCharacter({ key, metaKey, ctrlKey, altKey }) {
  return key.length === 1 && key !== " " && !metaKey && !ctrlKey && !altKey;
}

/** What is in it is fetched when the pointer or the focus comes to its button: then it is there when it opens. */
function want(picker) {
  if (picker && !parts(picker).root) picker.dispatchEvent(new CustomEvent("picker-wanted"));
}

/** They are fetched anew when somebody comes to them. */
function emptyAll() {
  clearTimeout(hover);
  for (const picker of document.querySelectorAll("[data-picker]")) {
    picker.dispatchEvent(new Event("htmx:abort"));
    picker.replaceChildren();
    if (picker.matches(":popover-open")) want(picker);
  }
}

function pickerOf(element) {
  const button = element.closest?.("[popovertarget]");
  const picker = button && document.getElementById(button.getAttribute("popovertarget"));
  return picker?.matches("[data-picker]") ? picker : null;
}

/** Who comes back to this tab may have saved a model or connected a provider in another. One that is open is in use. */
function cameBack() {
  if (!document.hidden && !document.querySelector("[data-picker]:popover-open")) emptyAll();
}

/** Each opening starts anew: no search, the list of models folded away. */
function toggled({ target: picker, newState }) {
  if (!picker.matches?.("[data-picker]")) return;
  const { openers, search } = parts(picker);
  if (newState === "open") {
    want(picker);
    openers[0]?.focus();
  } else if (search) {
    clear(search);
    foldModels(picker);
  }
}

function came({ target }) {
  if (target.matches("[data-picker]:popover-open")) parts(target).openers[0].focus();
  // Found by the server, it stands among the groups that are shown, or not.
  else if (target.matches("[data-picker-saved]")) narrow(target.closest("[data-picker]"));
}

function hovered({ target, pointerType }) {
  clearTimeout(hover);
  const opener = target.closest?.("[data-submenu]");
  const picker = opener?.closest("[data-picker]");
  // Who has typed words is on the way to what they found.
  if (!picker || pointerType !== "mouse" || parts(picker).search.value) return;
  hover = setTimeout(() => openModels(picker, opener.dataset.submenu, false), HOVER_WAIT);
}

function pressed(event) {
  const picker = event.target.closest?.("[data-picker]");
  if (!picker || !parts(picker).root) return;
  walk(picker, event);
  // Of the rest the page has what closes the picker, and what is pressed with Ctrl or Cmd.
  const isFree = event.key === "Escape" || event.key === "Tab" || event.ctrlKey || event.metaKey;
  if (event.defaultPrevented || !isFree) event.stopPropagation();
}

export function bindPickers() {
  for (const comes of ["pointerover", "focusin"]) document.addEventListener(comes, ({ target }) => want(pickerOf(target)));
  document.addEventListener("toggle", toggled, true);
  document.addEventListener("saved-models-changed", emptyAll);
  document.addEventListener("visibilitychange", cameBack);
  document.addEventListener("htmx:afterSwap", came);
  document.addEventListener("input", ({ target }) => target.matches("[data-picker-search]") && narrow(target.closest("[data-picker]")));
  document.addEventListener("click", ({ target }) => {
    const opener = target.closest("[data-submenu]");
    if (opener) openModels(opener.closest("[data-picker]"), opener.dataset.submenu);
  });
  document.addEventListener("pointerover", hovered);
  // Before the general menu keys: those know nothing of a menu within a menu.
  document.addEventListener("keydown", pressed, true);
}
