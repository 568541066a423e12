// What is done with what is being written, to all lanes.
import { leaveFocus } from "../focus.js";
import { goToLane, laneNow } from "../place.js";
import { isWriting } from "../../keys.js";

/** The innermost thing that can be left is left: an edit, a lane alone, the answering itself, and at last the box. */
function leave(board, composer) {
  const at = document.activeElement;
  const cancel = at?.closest("[data-editing]")?.querySelector("[data-edit-cancel]");
  if (cancel) cancel.click();
  else if (leaveFocus(board)) return;
  else if (composer.running) composer.stop();
  else if (isWriting(at)) goToLane(board, laneNow(board));
}

/** Cmd/Ctrl+Enter sends from anywhere, and saves an edit. */
function sendOrSave(composer) {
  const edit = document.activeElement?.closest("[data-editing] form");
  if (edit) edit.requestSubmit();
  else if (!composer.running) composer.say("send");
}

export function messageCommands(board, composer) {
  return [
    { id: "message.write", keys: ["/", "i"], words: "Write a message", also: "composer", run: () => composer.box.focus() },
    { id: "message.send", keys: ["enter"], words: "Send to all lanes", within: "[data-composer]", writing: true, hidden: true, run: () => composer.entered() },
    { id: "message.send-anywhere", keys: ["mod+enter"], words: "Send from anywhere; save an edit", writing: true, hidden: true, run: () => sendOrSave(composer) },
    { id: "message.break", keys: ["shift+enter"], words: "Break the line" },
    { id: "message.leave", keys: ["escape"], words: "Stop all lanes; leave an edit, a lane alone, the message", writing: true, hidden: true, run: () => leave(board, composer) },
    { id: "message.stop", words: "Stop all lanes", holds: () => composer.running, run: () => composer.stop() },
  ];
}
