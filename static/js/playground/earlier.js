// The beginning of a long transcript comes when the page stands, one lane after the other: nobody waits for what is out of sight.
import { fragment } from "./fragment.js";
import { focusMessage } from "./place.js";

/** Milliseconds in which the page settles first. */
const PAUSE = 400;

const laneOf = (board, element) => board.lanes.get(element.closest("[data-lane]").dataset.lane);

/** What is there stays where it is: a lane at its tail follows it, elsewhere the browser holds on to what is in view. */
async function fetchEarlier(board, button) {
  const answer = await fetch(button.dataset.earlier, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  const came = fragment(await answer.text());
  // The whole transcript may have come meanwhile.
  if (!button.isConnected) return;
  const messages = [...came.children];
  const lane = laneOf(board, button);
  const hadFocus = button === document.activeElement;
  button.closest(".earlier").replaceWith(...messages);
  for (const message of messages) lane.came(message);
  const last = messages.at(-1);
  if (hadFocus && last) focusMessage(lane.shown.find((message) => last.contains(message)));
}

/** Who came for one of them is brought there, unless they went elsewhere in the meantime. */
function bringToGoal(board) {
  const goal = document.getElementById(location.hash.slice(1));
  if (!goal?.matches("[data-message]")) return;
  laneOf(board, goal).autoscroll.release();
  goal.scrollIntoView({ block: "nearest" });
}

async function fetchAll(board) {
  const wants = !document.getElementById(location.hash.slice(1));
  const buttons = [...board.element.querySelectorAll("[data-earlier]")];
  for (const button of buttons) await fetchEarlier(board, button);
  if (!buttons.length) return;
  board.element.dispatchEvent(new CustomEvent("lane:state", { bubbles: true }));
  if (wants) bringToGoal(board);
}

export function bindEarlier(board) {
  const soon = () => setTimeout(() => fetchAll(board), PAUSE);
  board.element.addEventListener("click", ({ target }) => target.closest("[data-earlier]") && fetchAll(board));
  board.element.addEventListener("board:fetched", soon);
  if (document.readyState === "complete") soon();
  else addEventListener("load", soon, { once: true });
}
