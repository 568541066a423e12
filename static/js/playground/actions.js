// The small buttons on lanes and messages whose verbs go over the socket: stop, retry, use this trial; and copy.
import { announce } from "../announce.js";
import { copy } from "../copy.js";
import { headers } from "../csrf.js";
import { AWAY, sentenceOf } from "../notices.js";

function lastToRetry(board, letter) {
  const messages = [...board.lanes.get(letter).messages.querySelectorAll("[data-message]")];
  return messages.findLast(({ dataset }) => dataset.role !== "system")?.dataset.message;
}

async function textAt(url) {
  const answer = await fetch(url, { headers: headers() }).catch(() => null);
  if (!answer) throw new Error(AWAY);
  const text = await answer.text();
  if (!answer.ok) throw new Error(sentenceOf(answer.status, text));
  return text;
}

export function bindActions(board, socket, tell) {
  const ask = (command) => socket.ask(command).catch((refused) => tell(refused.message));
  const verbs = {
    "[data-stop-lane]": (button) => ask({ type: "stop", lane: button.dataset.stopLane }),
    "[data-retry]": (button) => {
      button.closest("[data-lane]").querySelector("[data-lane-scroll]").focus({ preventScroll: true });
      ask({ type: "retry", message: button.dataset.retry, all: "retryAll" in button.dataset });
    },
    "[data-retry-lane]": (button) => {
      button.closest("[popover]")?.hidePopover();
      const message = lastToRetry(board, button.dataset.retryLane);
      if (message) ask({ type: "retry", message, all: true });
    },
    "[data-choose]": (button) => {
      if (button.ariaPressed === "true") return;
      if (button.ariaDisabled === "true") return announce(button.title);
      const shown = button.closest("[data-trials]").querySelector("[data-trial-list] > :not([hidden])");
      ask({ type: "choose", message: shown.dataset.message });
    },
    "[data-copy]": (button) => copy(button, textAt(button.dataset.copy)),
  };
  document.addEventListener("click", (event) => {
    for (const [selector, verb] of Object.entries(verbs)) {
      const button = event.target.closest(selector);
      if (button) verb(button);
    }
  });
}
