// Under answers: which lanes of a turn were given the same input, and where the others begin to differ from the first.
// An input's parts are those of playground/inputs.py: messages, a bar, parameters; a few letters of each digest.

const MARKS = [..."●■▲◆○□△◇"];
const ROLES = { s: "system", d: "developer", u: "user", a: "assistant", t: "tool", f: "function" };

function parse(parts) {
  const [messages, parameters] = parts.split("|").map((some) => some.split(" ").filter(Boolean));
  return { messages, parameters: new Map(parameters.map((parameter) => parameter.split(":"))) };
}

/** The first message or parameter that is not the same. */
function difference(ours, theirs) {
  const [one, other] = [parse(ours), parse(theirs)];
  const length = Math.max(one.messages.length, other.messages.length);
  for (let at = 0; at < length; at += 1) {
    const [mine = "", his = ""] = [one.messages[at], other.messages[at]];
    if (mine === his) continue;
    if (!at && (mine[0] === "s" || his[0] === "s")) return "system prompt";
    const what = mine.split(".")[0] === his.split(".")[0] ? "images of " : "";
    return `${what}message ${at + 1} (${ROLES[(mine || his)[0]] ?? "other"})`;
  }
  const names = [...new Set([...one.parameters.keys(), ...other.parameters.keys()])].sort();
  return decodeURIComponent(names.find((name) => one.parameters.get(name) !== other.parameters.get(name)) ?? "");
}

/** Of each turn and each of its rounds, which results of functions begin, its buttons by lane. */
function turns(board) {
  const found = new Map();
  for (const [letter, { messages }] of [...board.lanes].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const rounds = new Map();
    for (const button of messages.querySelectorAll("[data-message]:not([hidden]) [data-input]")) {
      const { turn } = button.dataset;
      if (!turn) continue;
      rounds.set(turn, (rounds.get(turn) ?? 0) + 1);
      const round = `${turn} ${rounds.get(turn)}`;
      found.set(round, (found.get(round) ?? new Map()).set(letter, button));
    }
  }
  return found;
}

/** Screen readers are told the text alone. */
function say(button, mark, text) {
  const shape = mark ? `${mark} ` : "";
  if (button.textContent === shape + text) return;
  const seen = document.createElement("span");
  seen.ariaHidden = "true";
  seen.textContent = shape;
  button.replaceChildren(seen, text);
}

function show(lanes) {
  const buttons = [...lanes.values()];
  if (buttons.length < 2) return buttons.forEach((button) => say(button, "", "Request"));
  const inputs = [...new Set(buttons.map(({ dataset }) => dataset.input))];
  for (const button of buttons) {
    const at = inputs.indexOf(button.dataset.input);
    const where = at ? difference(buttons[0].dataset.parts, button.dataset.parts) : "";
    const text = inputs.length === 1 ? "Same input" : `Input ${at + 1}${where ? ` · ${where} differs` : ""}`;
    say(button, MARKS[at], text);
  }
}

export function bindInputs(board) {
  const mark = () => turns(board).forEach(show);
  mark();
  board.element.addEventListener("lane:state", mark);
}
