// What is done to an answer, or to any message: to that which has the focus, else to the lane's latest answer.
import { messageNow } from "../place.js";
import { step } from "../steps.js";
import { pressing } from "./buttons.js";

const setOf = (message) => message.closest("[data-trials]");

export function answerCommands(board) {
  const now = () => messageNow(board);
  const named = (message) => (message.dataset.role === "assistant" ? "the answer" : "the message");
  const of = { all: () => [now()].filter(Boolean), now, named };
  const any = () => Boolean(board.element.querySelector('[data-message][data-role="assistant"]'));
  const stepping = (id, key, words, by) => ({ id: `answer.${id}`, keys: [key], words, repeats: true, holds: any, run: () => step(board, by) });
  return [
    stepping("next", "j", "Next answer, in all lanes", 1),
    stepping("previous", "k", "Previous answer, in all lanes", -1),
    stepping("first", "g", "First answer, in all lanes", -Infinity),
    stepping("last", "shift+g", "Last answer, in all lanes", Infinity),
    { id: "answer.copy", keys: ["c"], words: "Copy the answer", of, ...pressing("[data-actions] [data-copy]") },
    { id: "answer.edit", keys: ["e"], words: "Edit the answer", of, ...pressing("[data-actions] [data-edit]") },
    { id: "answer.retry", keys: ["r"], words: "Retry the answer", also: "again regenerate", of, ...pressing("[data-actions] [data-retry]") },
    { id: "answer.figures", keys: ["b"], words: "Breakdown of the answer", also: "time tokens price trace", of, ...pressing(".metrics-line") },
    { id: "answer.trial-previous", keys: ["["], words: "Previous trial of the answer", also: "flip", of, repeats: true, ...pressing('[data-flip="-1"]', setOf) },
    { id: "answer.trial-next", keys: ["]"], words: "Next trial of the answer", also: "flip", of, repeats: true, ...pressing('[data-flip="1"]', setOf) },
    { id: "answer.delete", words: "Delete the answer", of, ...pressing("[data-actions] [data-delete]") },
  ];
}
