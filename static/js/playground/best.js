// When every lane has ended, a thin ring marks the best figure of each kind among whole answers. No lane is declared the winner.
// What calls functions is half an answer: the other half comes once they have given their results.
import { isRunning } from "./state.js";

const BETTER = { ttft: Math.min, speed: Math.max, duration: Math.min, cost: Math.min };

function figures(board, name) {
  const answers = [...board.lanes.values()].map(({ latest }) => latest).filter((answer) => answer?.dataset.answerState === "done");
  return answers
    .map((answer) => answer.closest("[data-message]"))
    .filter((message) => !message.querySelector("[data-call]"))
    .map((message) => message.querySelector(`[data-metric="${name}"][data-value]`))
    .filter((figure) => figure && figure.dataset.value !== "");
}

function mark(board) {
  for (const old of board.element.querySelectorAll("[data-best]")) delete old.dataset.best;
  const lanes = [...board.lanes.values()].map(({ element }) => element);
  if (lanes.length < 2 || lanes.some(isRunning)) return;
  for (const [name, better] of Object.entries(BETTER)) {
    const found = figures(board, name);
    const best = better(...found.map(({ dataset }) => Number(dataset.value)));
    const first = found.filter(({ dataset }) => Number(dataset.value) === best);
    if (found.length > 1 && first.length < found.length) for (const figure of first) figure.dataset.best = "";
  }
}

export function bindBest(board) {
  mark(board);
  board.element.addEventListener("lane:state", () => mark(board));
}
