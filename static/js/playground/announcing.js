// One polite sentence when a lane has come to its end; tokens are never read out.
import { announce } from "../announce.js";

const WORDS = { done: "finished", stopped: "stopped", failed: "failed" };
const waiting = [];

function fact(message, name) {
  return message?.querySelector(`[data-metric="${name}"]`)?.textContent.trim();
}

/** Lanes that end together are told in one breath: a second sentence would cut off the first. */
export function announceEnd(lane, state) {
  const message = lane.latest?.closest("[data-message]");
  const structure = message?.querySelector("[data-structure-label]")?.textContent;
  const facts = [fact(message, "tokens"), fact(message, "duration"), structure].filter(Boolean);
  waiting.push([`Lane ${lane.letter} ${WORDS[state]}`, ...facts].join(", "));
  if (waiting.length > 1) return;
  setTimeout(() => announce(`${waiting.splice(0).join(". ")}.`), 300);
}
