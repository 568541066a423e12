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
  const called = [...(message?.querySelectorAll("[data-call-state='open']") ?? [])].map(({ dataset }) => dataset.callName);
  const facts = called.length ? [`it waits for the result of ${called.join(" and ")}`] : [fact(message, "tokens"), fact(message, "duration"), structure];
  waiting.push([`Lane ${lane.letter} ${WORDS[state]}`, ...facts.filter(Boolean)].join(", "));
  if (waiting.length > 1) return;
  setTimeout(() => announce(`${waiting.splice(0).join(". ")}.`), 300);
}
