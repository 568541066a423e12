// What a lane, its answer and its buttons say about where things stand.

export const RUNNING = new Set(["queued", "connecting", "thinking", "streaming"]);
const WORDS = {
  idle: "", queued: "Queued", connecting: "Connecting", thinking: "Thinking", streaming: "Streaming", done: "Done", stopped: "Stopped", failed: "Failed",
};

export function isRunning(lane) {
  return RUNNING.has(lane.dataset.state);
}

/** In a narrow lane only a shape is seen of it. */
export function sayState(lane, words) {
  const place = lane.querySelector("[data-lane-state]");
  place.textContent = place.title = words;
}

export function showState(lane, state) {
  lane.dataset.state = state;
  sayState(lane, WORDS[state]);
  lane.querySelector("[data-stop-lane]").hidden = !RUNNING.has(state);
  lane.dispatchEvent(new CustomEvent("lane:state", { bubbles: true }));
}

/** Another provider may answer than the one that would have been asked first. */
export function showProvider(lane, provider, isSimulated) {
  const name = lane.querySelector("[data-lane-provider]");
  name.textContent = provider;
  name.hidden = isSimulated;
  lane.querySelector("[data-lane-simulated]").hidden = !isSimulated;
}

/** Before the first word its place is held by what is being waited for. */
export function showPhase(message, phase) {
  message.querySelector("[data-answer]").dataset.answerState = phase;
  const line = message.querySelector("[data-phase]");
  if (!line) return;
  const thinks = phase === "thinking" && !message.querySelector("[data-reasoning]").hidden;
  line.hidden = thinks || phase === "streaming";
  line.textContent = `${WORDS[phase]}…`;
}

export function showEnd(message, state, foot) {
  message.querySelector("[data-answer]").dataset.answerState = state;
  message.querySelector("[data-phase]")?.remove();
  const place = message.querySelector("[data-foot]");
  place.innerHTML = foot;
  window.htmx?.process(place);
}
