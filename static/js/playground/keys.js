// What can be done by keys and from the palette on the Playground's page. A feature adds its own with a line of its own:
// `register("Answers", [...])`.
import { register } from "../commands.js";
import { answerCommands } from "./commands/answers.js";
import { comparisonCommands } from "./commands/comparison.js";
import { laneCommands } from "./commands/lanes.js";
import { messageCommands } from "./commands/message.js";
import { leaveFocus } from "./focus.js";
import { bindPlace } from "./place.js";

/** What is left to somebody who only reads. */
const READING = new Set(["lane.go", "lane.alone", "answer.next", "answer.previous", "answer.first", "answer.last", "answer.copy", "answer.figures", "answer.trial-previous", "answer.trial-next", "comparison.history", "comparison.new"]);

export function bindKeys(board, composer) {
  const own = ({ id }) => composer.box || READING.has(id);
  bindPlace(board);
  register("Answers", answerCommands(board).filter(own));
  register("Lanes", laneCommands(board).filter(own));
  if (composer.box) register("Message", messageCommands(board, composer));
  else register("Lanes", [{ id: "lane.all", keys: ["escape"], words: "All lanes again", hidden: true, run: () => leaveFocus(board) }]);
  register("Comparison", comparisonCommands().filter(own));
}
