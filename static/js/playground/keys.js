// Keys of the Playground; `?` lists them.
import { isWriting } from "../keys.js";
import { focusLane, leaveFocus } from "./focus.js";

function atEase() {
  return !document.querySelector("dialog:modal, [popover]:popover-open");
}

export function bindKeys(board, composer) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || !atEase()) return;
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) return alternative(event, composer);
    if (event.key === "Escape") return escape(event, board, composer);
    if (isWriting(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
    const lane = /^[1-8]$/.test(event.key) && [...board.lanes.values()][event.key - 1];
    if (lane) go(lane);
    else if (event.key === "f") focusLane(board, event.target.closest?.("[data-lane]") ?? board.element.querySelector("[data-lane]"));
    else if (event.key === "/") composer.box?.focus();
    else return;
    event.preventDefault();
  });
}

function go(lane) {
  lane.element.scrollIntoView({ block: "nearest", inline: "nearest" });
  lane.element.querySelector("[data-lane-scroll]").focus({ preventScroll: true });
}

/** Cmd/Ctrl+Enter sends from anywhere, and saves an edit. */
function alternative(event, composer) {
  const edit = event.target.closest?.("[data-editing] form");
  event.preventDefault();
  if (edit) edit.requestSubmit();
  else if (!composer.running) composer.say("send");
}

/** The innermost thing that can be left is left: an edit, a lane alone, and at last the answering itself. */
function escape(event, board, composer) {
  const cancel = event.target.closest?.("[data-editing]")?.querySelector("[data-edit-cancel]");
  if (cancel) cancel.click();
  else if (!leaveFocus(board) && composer.running) composer.stop();
}
