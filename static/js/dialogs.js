// Dialogs: opened by [data-dialog="id"], closed by Escape and by [data-close], where something is written in them not before
// it is given up in words; and by a click beside them, unless something is written in them.
import { ask } from "./confirm.js";

const isWritten = (dialog) => Boolean(dialog?.querySelector("[data-drafted], [data-edited]"));

const GIVE_UP = { confirmDetail: "What you changed here is not saved yet.", confirmYes: "Discard changes", confirmNo: "Keep editing" };

/** Whoever fills the dialog may hold on to it: `dialog-leave`, prevented. */
async function leave(dialog) {
  if (!dialog.dispatchEvent(new Event("dialog-leave", { bubbles: true, cancelable: true }))) return;
  if (isWritten(dialog) && !(await ask("Discard your changes?", GIVE_UP))) return;
  dialog.close();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    opener.closest("[popover]")?.hidePopover();
    document.getElementById(opener.dataset.dialog)?.showModal();
  } else if (event.target.closest("[data-close]")) {
    leave(event.target.closest("dialog"));
  }
});

// Not left to the browser, which lets a page refuse an Escape only once: the next closes all dialogs at once.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || document.querySelector(":popover-open")) return;
  const dialogs = [...document.querySelectorAll("dialog:modal")];
  if (!dialogs.some(isWritten)) return;
  event.preventDefault();
  // What is over it, the question itself or the palette, has nothing to lose.
  const over = dialogs.find((dialog) => !isWritten(dialog));
  if (over) over.close();
  else leave(dialogs[0]);
});

// A phone's way back.
document.addEventListener("cancel", (event) => {
  if (!isWritten(event.target)) return;
  event.preventDefault();
  leave(event.target);
}, true);

document.addEventListener("mousedown", (event) => {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || !dialog.matches(":modal")) return;
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (inside) return;
  // The focus stays where it is, or goes to what opened the dialog.
  event.preventDefault();
  // A double click's second is meant for what opened the dialog.
  if (event.detail < 2 && !isWritten(dialog)) dialog.close();
});
