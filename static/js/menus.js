// Menus: a popover beside the button that opens it, walked with the arrow keys and narrowed by a search box.
const ITEMS = '[role^="menuitem"]:not([hidden]), .menu-item:not([hidden])';
const DIALOG = "[data-menu][role=dialog]";
const GAP = 4;
/** Lanes that stream scroll all the time, and the whole page would be searched for an open menu each time. */
let mayBeOpen = false;

function place(menu, button) {
  const from = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = from.bottom + GAP + height <= innerHeight || from.top < height + GAP;
  const left = Math.max(GAP, Math.min(from.left, innerWidth - width - GAP));
  const top = below ? Math.min(from.bottom + GAP, Math.max(GAP, innerHeight - height - GAP)) : from.top - GAP - height;
  menu.style.left = `${left}px`;
  menu.style.top = `${top}px`;
}

/** The menu goes where its button is carried, and closes when that is out of sight. */
function follow(menu, button) {
  const { left, right, top, bottom } = button.getBoundingClientRect();
  if (right < 0 || left > innerWidth || bottom < 0 || top > innerHeight) menu.hidePopover();
  else place(menu, button);
}

function buttonOf(menu) {
  return document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
}

function searchOf(menu) {
  return menu.querySelector("input[type=search]");
}

function shownItems(menu) {
  return [...menu.querySelectorAll(ITEMS)].filter((item) => item.checkVisibility());
}

function filter(menu, words) {
  for (const item of menu.querySelectorAll("[data-menu-group] .menu-item")) {
    item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
  }
  for (const group of menu.querySelectorAll("[data-menu-group]")) {
    group.hidden = !group.querySelector(".menu-item:not([hidden])");
  }
  const nothing = menu.querySelector("[data-menu-empty]");
  if (nothing) nothing.hidden = Boolean(menu.querySelector("[data-menu-group]:not([hidden])"));
}

// Toggle events do not bubble, but they can be captured, so that menus which htmx brings later work as well.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!(menu instanceof HTMLElement) || !menu.matches("[data-menu]")) return;
  const button = buttonOf(menu);
  const open = event.newState === "open";
  mayBeOpen ||= open;
  button?.setAttribute("aria-expanded", String(open));
  if (!open) return;
  menu.dispatchEvent(new Event("menu-opened"));
  if (button) place(menu, button);
  if (!menu.contains(document.activeElement)) shownItems(menu)[0]?.focus();
}, true);

document.addEventListener("htmx:afterSwap", ({ target }) => {
  const menu = target.closest?.("[data-menu]:popover-open");
  if (!menu) return;
  // What came meanwhile needs more room than the empty menu did.
  if (target === menu) place(menu, buttonOf(menu));
  if (menu.contains(document.activeElement)) return;
  if (target !== menu) shownItems(target)[0]?.focus();
  // On a phone the focus would raise the keyboard over what there is to read.
  else if (matchMedia("(pointer: fine)").matches) searchOf(menu)?.focus();
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[data-menu]");
  if (!menu) return;
  const items = [searchOf(menu) ?? [], shownItems(menu)].flat();
  const at = items.indexOf(document.activeElement);
  const inSearch = event.target === searchOf(menu);
  const to = {
    ArrowDown: items[(at + 1) % items.length],
    ArrowUp: items[at <= 0 ? items.length - 1 : at - 1],
    Home: inSearch ? undefined : items[0],
    End: inSearch ? undefined : items.at(-1),
  }[event.key];
  if (to) {
    event.preventDefault();
    to.focus();
  } else if (event.key === "Enter" && event.target.matches("[data-menu-filter]")) {
    event.preventDefault();
    items[1]?.click();
  } else if (event.key === "Tab" && !menu.matches(DIALOG)) {
    menu.hidePopover();
  }
});

// What is gone through with Tab closes when that leads out of it.
document.addEventListener("focusin", ({ target }) => {
  const menu = mayBeOpen && document.querySelector(`${DIALOG}:popover-open`);
  if (menu && !menu.contains(target) && target !== buttonOf(menu)) menu.hidePopover();
});

// A file is fetched beside the page: what was chosen is done.
document.addEventListener("click", ({ target }) => target.closest?.("[data-menu] a[download]")?.closest("[data-menu]").hidePopover());

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-menu-filter]")) {
    filter(event.target.closest("[data-menu]"), event.target.value.toLowerCase().split(/\s+/));
  }
});

for (const name of ["resize", "scroll"]) {
  addEventListener(name, (event) => {
    const menu = mayBeOpen && document.querySelector("[data-menu]:popover-open");
    mayBeOpen = Boolean(menu);
    if (!menu) return;
    // What scrolls elsewhere, as a lane that streams, does not carry the menu's button away.
    if (event.type === "resize") menu.hidePopover();
    else if (!menu.contains(event.target) && event.target.contains(buttonOf(menu))) follow(menu, buttonOf(menu));
  }, { capture: true, passive: true });
}
