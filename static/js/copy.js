// Copies: [data-copy-text="the text"] or [data-copy-from="#element"]; says so on the button and to screen readers.
import { announce } from "./announce.js";
import { tell } from "./notices.js";

const SHOWN_FOR = 1500;

/** `text`: a promise. Safari wants to be given that at the click, not what comes of it later. */
export async function copy(button, text) {
  const blob = text.then((words) => new Blob([words], { type: "text/plain" }));
  let why = "This browser did not allow copying. Select the text and copy it yourself.";
  blob.catch(({ message }) => (why = message));
  try {
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  } catch {
    return tell(why);
  }
  announce("Copied");
  button.dataset.copied = "";
  setTimeout(() => delete button.dataset.copied, SHOWN_FOR);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy-text], [data-copy-from]");
  if (button) copy(button, Promise.resolve(button.dataset.copyText ?? document.querySelector(button.dataset.copyFrom).textContent));
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-select-all]")) event.target.select();
});
