// Copies: [data-copy-text="the text"] or [data-copy-from="#element"]; says so on the button and to screen readers.
import { announce } from "./announce.js";

const SHOWN_FOR = 1500;

async function copy(button) {
  const text = button.dataset.copyText ?? document.querySelector(button.dataset.copyFrom).textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    announce("This browser did not allow copying. Select the text and copy it yourself.");
    return;
  }
  announce("Copied");
  button.dataset.copied = "";
  setTimeout(() => delete button.dataset.copied, SHOWN_FOR);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy-text], [data-copy-from]");
  if (button) copy(button);
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-select-all]")) event.target.select();
});
