// What the server sends into [data-dialog-host] opens as a dialog; closed, it gives the focus back.
import { tell } from "../notices.js";
import { finishAll } from "./highlighting.js";

function cannotOpen(dialog) {
  dialog.remove();
  tell("The settings cannot be opened. Check the connection and try again.");
}

export function bindDialogs() {
  const host = document.querySelector("[data-dialog-host]");
  let opener = null;
  document.addEventListener("click", ({ target, isTrusted }) => {
    const button = target.closest?.("[hx-target='#dialog']");
    // What one dialog opens in its place goes back to where the first was opened from.
    if (!button || host.contains(button)) return;
    const menu = button.closest("[popover]");
    // A key or the palette pressed it: back to where it was pressed from.
    if (!isTrusted) opener = document.activeElement;
    else opener = menu ? document.querySelector(`[popovertarget="${menu.id}"]`) : button;
    menu?.hidePopover();
  }, true);
  document.addEventListener("dialog-close", () => host.querySelector("dialog")?.close());
  document.addEventListener("menu-close", ({ target }) => target.closest("[popover]:popover-open")?.hidePopover());
  host.addEventListener("htmx:afterSwap", async () => {
    const dialog = host.querySelector("dialog");
    // Of some size, and of no use before.
    if (dialog?.matches(".lane-settings")) await import("./settings.js").catch(() => cannotOpen(dialog));
    if (!dialog?.isConnected || dialog.open) return;
    dialog.showModal();
    finishAll(dialog);
    dialog.addEventListener("close", () => {
      host.replaceChildren();
      // What was changed in the dialog may have replaced the button that opened it.
      const back = opener?.isConnected ? opener : document.getElementById(opener?.id);
      (back ?? document.querySelector("[data-composer]"))?.focus();
    }, { once: true });
  });
}
