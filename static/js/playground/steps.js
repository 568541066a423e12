// From answer to answer, in all lanes in step: answers to what was said in one turn stand beside each other.
import { announce } from "../announce.js";
import { focusMessage, laneNow } from "./place.js";

/** An answer whose top is nearer than this to the lane's is the one that is read. */
const NEAR = 12;

/** A lane's answers by their turn, the last of each; what was imported has no turns and is counted. */
function answersOf(lane) {
  const answers = [...lane.messages.querySelectorAll('[data-message][data-role="assistant"]:not([hidden])')];
  return new Map(answers.map((answer, at) => [answer.dataset.turn || `#${at}`, answer]));
}

/** The turns of all lanes in one order, which is that of each of them. */
function ordered(answers) {
  const order = [];
  for (const own of answers.values()) {
    let at = 0;
    for (const turn of own.keys()) {
      const there = order.indexOf(turn);
      if (there < 0) order.splice(at, 0, turn);
      at = (there < 0 ? at : there) + 1;
    }
  }
  return order;
}

function turnOfFocus(order, own) {
  const message = document.activeElement?.closest?.("[data-message]");
  if (order.includes(message?.dataset.turn)) return message.dataset.turn;
  return [...own].find(([, answer]) => answer === message)?.[0];
}

/** Without a focus on a message, the step is taken from what stands at the lane's top, or from its end. */
function turnOfSight(lane, own, by) {
  const { scrollTop, scrollHeight, clientHeight } = lane.scroller;
  const all = [...own];
  if (scrollHeight - clientHeight - scrollTop <= NEAR) return all.at(-1)[0];
  const top = lane.scroller.getBoundingClientRect().top;
  const isBeyond = ([, answer]) => by * (answer.getBoundingClientRect().top - top) > NEAR;
  return (by > 0 ? all.find(isBeyond) ?? all.at(-1) : all.findLast(isBeyond) ?? all[0])[0];
}

/** `by`: 1 or -1 answer on; Infinity or -Infinity for the last or the first. */
export function step(board, by) {
  const answers = new Map([...board.lanes].map(([letter, lane]) => [letter, answersOf(lane)]));
  const order = ordered(answers);
  const lane = laneNow(board);
  if (!order.length) return;
  const own = answers.get(lane.letter);
  const from = turnOfFocus(order, own);
  const first = own.size ? turnOfSight(lane, own, by) : order.at(-1);
  const wanted = Number.isFinite(by) ? (from ? order.indexOf(from) + by : order.indexOf(first)) : by;
  const at = Math.max(0, Math.min(order.length - 1, wanted));
  for (const [letter, { autoscroll }] of board.lanes) {
    const answer = answers.get(letter).get(order[at]);
    if (answer) autoscroll.goTo(answer);
  }
  const answer = own.get(order[at]);
  if (answer) focusMessage(answer);
  announce(`Answer ${at + 1} of ${order.length}`);
}
