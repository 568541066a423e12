// Text areas for JSON: what is wrong is said with its place, and examples can be inserted.

/** JavaScript would round it. */
const LONG_NUMBER = /\d{16}/;

function explained(error) {
  const place = /line (\d+) column (\d+)/.exec(error.message);
  const [what] = error.message.split(/ in JSON| at position|, \.\.\.|, "/);
  return place ? `Line ${place[1]}, column ${place[2]}: ${what}.` : `${what}.`;
}

function format(area) {
  const editor = area.closest("[data-json-editor]");
  const value = checkJson(editor);
  if (value === undefined) return;
  if (LONG_NUMBER.test(area.value)) editor.querySelector("[data-json-mistake]").textContent = "It has a number that formatting would round.";
  else write(area, JSON.stringify(value, null, 2));
}

/** Returns the value, undefined where the text is none. */
export function checkJson(editor) {
  const mistake = editor?.querySelector("[data-json-mistake]");
  if (!mistake) return undefined;
  const text = editor.querySelector("textarea").value;
  mistake.textContent = "";
  if (!text.trim()) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    mistake.textContent = explained(error);
    return undefined;
  }
}

/** As if it was typed, so that it can be undone. */
function write(area, text) {
  area.focus();
  area.select();
  if (!document.execCommand("insertText", false, text)) {
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Functions join those that are there; a schema replaces another. */
function insert(area, example) {
  const there = area.name === "tools" && area.value.trim() ? checkJson(area.closest("[data-json-editor]")) : [];
  if (there === undefined) return;
  const joined = area.name === "tools" ? JSON.stringify([there, JSON.parse(example)].flat(), null, 2) : example;
  write(area, joined);
}

const VERBS = {
  "[data-insert]": (button, area) => insert(area, button.dataset.insert),
  "[data-format-json]": (_button, area) => format(area),
};

export function bindJsonEditors(host) {
  host.addEventListener("change", ({ target }) => checkJson(target.closest("[data-json-editor]")));
  host.addEventListener("click", ({ target }) => {
    for (const [selector, verb] of Object.entries(VERBS)) {
      const button = target.closest(selector);
      if (button) verb(button, button.closest("[data-json-editor]").querySelector("textarea"));
    }
  });
}
