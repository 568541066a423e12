// Carries out the command of a key that is pressed.
import { chordOf, isSingle, nameOf } from "./chords.js";
import { carryOut, grouped } from "./commands.js";
import { areOn } from "./single-keys.js";

const NOT_WRITTEN = ["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"].map((type) => `[type=${type}]`);

export function isWriting(element) {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches(`input:not(${NOT_WRITTEN}), textarea, select, [role=textbox]`));
}

/** Nothing floats above the page. */
export function isAtEase() {
  return !document.querySelector("dialog:modal, [popover]:popover-open");
}

function fits(command, chord, { target }) {
  if (!command.run || !command.keys?.includes(chord)) return false;
  if (isWriting(target) && !command.writing) return false;
  if (isSingle(chord) && !areOn()) return false;
  if (command.within && !target.closest?.(command.within)) return false;
  return command.anywhere || isAtEase();
}

document.addEventListener("keydown", (event) => {
  // Keys that choose among the candidates of an input method are not ours; 229 is how Safari says so.
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  const chord = chordOf(event);
  const all = grouped().flatMap(([, commands]) => commands).filter((command) => fits(command, chord, event));
  for (const command of all) {
    if (event.repeat && !command.repeats) event.preventDefault();
    else if (carryOut(command, event)) event.preventDefault();
    if (event.defaultPrevented) return;
  }
});

for (const key of document.querySelectorAll("[data-key]")) key.textContent = nameOf(key.dataset.key);
