// Calls of functions wait for results: given here to one lane or to all that made the same call. What is typed stays
// when a lane is shown anew, and what waits is said in its head and over the composer.
import { announce } from "../announce.js";
import { isRunning, sayState } from "./state.js";

const EMPTY = "Write the result first. Of a function that gives nothing back it is null.";
/** Results that were not given yet, by the id of their field. */
const typed = new Map();

/** Cards of calls that wait; while other trials are being written, none does yet. */
function openCalls(lane) {
  if (isRunning(lane.element)) return [];
  return [...lane.messages.querySelectorAll("[data-call-state='open']")];
}

/** The letters of the lanes that wait for the result of this very call. */
function askers(board) {
  const found = new Map();
  for (const lane of board.lanes.values()) {
    for (const { dataset } of openCalls(lane)) found.set(dataset.callKey, (found.get(dataset.callKey) ?? new Set()).add(lane.letter));
  }
  return found;
}

function offerToAll(card, letters) {
  const button = card.querySelector("[data-give-all]");
  button.hidden = letters.length < 2;
  button.dataset.giveAll = letters.join("");
  button.textContent = `Give to ${letters.length === 2 ? "both" : `all ${letters.length}`} lanes that made this call: ${letters.join(",\u00a0")}`;
}

function keep(lane) {
  for (const field of lane.messages.querySelectorAll("[data-result]")) {
    if (!field.value && typed.has(field.id)) field.value = typed.get(field.id);
  }
}

function note(waiting, unable) {
  const place = document.querySelector("[data-composer-note]");
  if (!place) return;
  place.hidden = !waiting.length && !unable.length;
  place.textContent = [waiting.length ? lacking(waiting) : "", ...unable.map(doubt)].filter(Boolean).join(" ");
}

function lacking(waiting) {
  const [one] = waiting;
  const who = waiting.length === 1 ? `Lane ${one.letter} waits for the result of ${one.names.join(", ")}` : `Lanes ${waiting.map(({ letter }) => letter).join(", ")} wait for results of functions`;
  return `${who}. A message sent now tells ${waiting.length === 1 ? "its model" : "their models"} that there was none.`;
}

/** Its model was chosen after calls were made, and its provider may not know what they are. */
function isUnable({ element, messages }) {
  return element.querySelector("[data-calls-nothing]") && messages.querySelector("[data-call]:not([data-call-state='cut'])");
}

function doubt({ letter }) {
  return `Lane ${letter}’s model calls no functions: its provider may refuse a conversation with such calls.`;
}

function show(board) {
  const all = askers(board);
  const waiting = [];
  for (const lane of [...board.lanes.values()].sort((one, other) => (one.letter < other.letter ? -1 : 1))) {
    const cards = openCalls(lane);
    for (const card of cards) offerToAll(card, [...all.get(card.dataset.callKey)].sort());
    lane.element.toggleAttribute("data-waits", cards.length > 0);
    if (!cards.length) continue;
    sayState(lane.element, "Waits for a result");
    waiting.push({ letter: lane.letter, names: [...new Set(cards.map(({ dataset }) => dataset.callName))] });
    keep(lane);
  }
  note(waiting, [...board.lanes.values()].filter(isUnable));
}

function tell(card, sentence) {
  card.querySelector("[data-call-error]").textContent = sentence;
}

async function give(board, socket, card, lanes) {
  const field = card.querySelector("[data-result]");
  const lane = board.lanes.get(card.closest("[data-lane]").dataset.lane);
  if (card.ariaBusy === "true") return;
  if (!field.value.trim()) {
    field.focus();
    tell(card, EMPTY);
    return;
  }
  card.ariaBusy = "true";
  const remember = card.querySelector("[data-remember]").checked;
  try {
    await socket.ask({ type: "result", message: card.closest("[data-message]").dataset.message, call: card.dataset.call, text: field.value, lanes, remember });
    typed.delete(field.id);
    await board.settled();
    given(lane, lanes);
  } catch (refused) {
    card.ariaBusy = "false";
    tell(card, refused.message);
  }
}

function given(lane, lanes) {
  const [next] = openCalls(lane);
  next?.querySelector("[data-result]").focus();
  const whom = lanes.length > 1 ? `lanes ${lanes.join(", ")}` : `lane ${lane.letter}`;
  announce(next ? `Result given. Lane ${lane.letter} waits for another.` : `Result given, ${whom} ${lanes.length > 1 ? "go" : "goes"} on.`);
}

export function bindTools(board, socket) {
  const { element } = board;
  const verbs = {
    "[data-give]": (card) => give(board, socket, card, []),
    "[data-give-all]": (card, { dataset }) => give(board, socket, card, [...dataset.giveAll]),
    "[data-use-mock]": (card, { dataset }) => {
      const field = card.querySelector("[data-result]");
      field.value = dataset.useMock;
      typed.set(field.id, field.value);
      card.querySelector("[data-give]").focus();
    },
  };
  element.addEventListener("click", ({ target }) => {
    for (const [selector, verb] of Object.entries(verbs)) {
      const button = target.closest(selector);
      if (button) verb(button.closest("[data-call]"), button);
    }
  });
  element.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-result]")) return;
    typed.set(target.id, target.value);
    tell(target.closest("[data-call]"), "");
  });
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || !event.target.matches("[data-result]")) return;
    event.preventDefault();
    give(board, socket, event.target.closest("[data-call]"), []);
  });
  element.addEventListener("lane:state", () => show(board));
  show(board);
}
