// What a lane, its answer and the send button say about where things stand.

export const RUNNING = new Set(["queued", "connecting", "thinking", "streaming"]);
const WORDS = {
  idle: "", queued: "Queued", connecting: "Connecting", thinking: "Thinking", streaming: "Streaming", done: "Done", stopped: "Stopped", failed: "Failed",
};

export function showState(lane, state) {
  if (lane.dataset.state === state) return;
  lane.dataset.state = state;
  const label = lane.querySelector("[data-lane-state]");
  if (label) label.textContent = WORDS[state];
  lane.dispatchEvent(new CustomEvent("lane:state", { bubbles: true }));
}

export function isRunning(lane) {
  return RUNNING.has(lane.dataset.state);
}

/** Before the first word its place is held by what is being waited for. */
export function showPhase(message, phase) {
  message.querySelector("[data-answer]").dataset.answerState = phase;
  const line = message.querySelector("[data-phase]");
  if (!line) return;
  line.hidden = phase === "streaming";
  line.textContent = `${WORDS[phase]}…`;
}
