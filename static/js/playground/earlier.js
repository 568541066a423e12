// The beginning of a long transcript comes when the page stands, one lane after the other: nobody waits for what is out of sight.
import { finishAll } from "./highlighting.js";

/** Milliseconds in which the page settles first. */
const PAUSE = 400;

/** What is there stays where it is: a lane at its tail follows it, elsewhere the browser holds on to what is in view. */
async function fetchEarlier(button) {
  const answer = await fetch(button.dataset.earlier, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  const came = document.createElement("template");
  came.innerHTML = await answer.text();
  // The whole transcript may have come meanwhile.
  if (!button.isConnected) return;
  const messages = [...came.content.children];
  button.closest(".earlier").replaceWith(...messages);
  for (const message of messages) {
    window.htmx?.process(message);
    finishAll(message);
  }
}

/** Who came for one of them is brought there, unless they went elsewhere in the meantime. */
function bringToGoal() {
  const goal = document.getElementById(location.hash.slice(1));
  if (!goal?.matches("[data-message]")) return;
  // As if it was scrolled to: the lane does not follow its tail then.
  goal.closest("[data-lane-scroll]").dispatchEvent(new WheelEvent("wheel", { deltaY: -1 }));
  goal.scrollIntoView({ block: "nearest" });
}

async function fetchAll(board) {
  const wants = !document.getElementById(location.hash.slice(1));
  const buttons = [...board.element.querySelectorAll("[data-earlier]")];
  for (const button of buttons) await fetchEarlier(button);
  if (!buttons.length) return;
  board.element.dispatchEvent(new CustomEvent("lane:state", { bubbles: true }));
  if (wants) bringToGoal();
}

export function bindEarlier(board) {
  const soon = () => setTimeout(() => fetchAll(board), PAUSE);
  board.element.addEventListener("click", ({ target }) => target.closest("[data-earlier]") && fetchAll(board));
  board.element.addEventListener("board:fetched", soon);
  if (document.readyState === "complete") soon();
  else addEventListener("load", soon, { once: true });
}
