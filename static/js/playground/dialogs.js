// What the server sends into [data-dialog-host] opens as a dialog; closed, it gives the focus back.

export function bindDialogs() {
  const host = document.querySelector("[data-dialog-host]");
  let opener = null;
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[hx-target='#dialog']");
    if (!button) return;
    const menu = button.closest("[popover]");
    opener = menu ? document.querySelector(`[popovertarget="${menu.id}"]`) : button;
    menu?.hidePopover();
  }, true);
  host.addEventListener("htmx:afterSwap", () => {
    const dialog = host.querySelector("dialog");
    if (!dialog || dialog.open) return;
    dialog.showModal();
    dialog.addEventListener("close", () => {
      host.replaceChildren();
      opener?.focus();
    }, { once: true });
  });
}
