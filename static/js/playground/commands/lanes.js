// What is done to a lane: to that which has the focus, or had it last.
import { focusLane } from "../focus.js";
import { goToLane, laneNow } from "../place.js";
import { pressing } from "./buttons.js";

const KEYS = [..."12345678"];
const LETTERS = "ABCDEFGH";
const named = ({ letter }) => `lane ${letter}`;
const hint = ({ element }) => element.querySelector(".lane-model-name").textContent;
const pressed = (selector) => pressing(selector, ({ element }) => element);
const chosen = (verb) => pressed(`[data-verb=${verb}]`);

export function laneCommands(board) {
  const all = () => [...board.lanes.values()];
  const of = { all, named, hint, now: () => laneNow(board) };
  const byKey = { all, named, hint, now: (event) => event && board.lanes.get(LETTERS[event.key - 1]), key: ({ letter }) => KEYS[LETTERS.indexOf(letter)] };
  const several = () => board.lanes.size > 1;
  return [
    { id: "lane.go", keys: KEYS, words: "Go to the lane", of: byKey, run: (lane) => goToLane(board, lane) },
    { id: "lane.alone", keys: ["f"], words: "Show the lane alone, or all again", also: "focus full", of, holds: several, run: ({ element }) => focusLane(board, element) },
    { id: "lane.model", keys: ["m"], words: "Choose the model of the lane", also: "picker llm", of, ...pressed("[data-model-picker]") },
    { id: "lane.settings", keys: [","], words: "Settings of the lane", also: "temperature parameters system prompt", of, ...pressed("[data-lane-settings]") },
    { id: "lane.code", keys: ["d"], words: "View code of the lane", also: "python curl javascript", of, ...chosen("code") },
    { id: "lane.stop", keys: ["s"], words: "Stop the lane", of, ...pressed("[data-stop-lane]") },
    { id: "lane.retry", words: "Retry the last answer of the lane", of, ...pressed("[data-retry-lane]") },
    { id: "lane.request", words: "View request of the lane", also: "json raw", of, ...chosen("request") },
    { id: "lane.duplicate", words: "Duplicate the lane", of, ...chosen("duplicate") },
    { id: "lane.clear", words: "Clear the lane", also: "delete messages", of, ...chosen("clear") },
    { id: "lane.close", words: "Close the lane", also: "remove", of, ...chosen("close") },
    { id: "lane.save", words: "Save the lane as a model", of, ...chosen("save") },
    { id: "lane.update", words: "Update the saved model of the lane", also: "version", of, ...chosen("update") },
    { id: "lane.reset", words: "Reset the lane to its saved model", also: "undo version", of, ...chosen("reset") },
    { id: "lane.versions", words: "Versions of the saved model of the lane", also: "delete", of, ...chosen("versions") },
  ];
}
