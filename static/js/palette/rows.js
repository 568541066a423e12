// Options of the palette as elements. What things are called is text, whatever it looks like.
import { namedKeys } from "../chords.js";

const template = document.querySelector("[data-palette-option]");
let made = 0;

function option(entry) {
  const row = template.content.firstElementChild.cloneNode(true);
  const part = (name) => row.querySelector(`[data-palette-${name}]`);
  row.id = `palette-option-${(made += 1)}`;
  row.dataset.key = entry.key;
  if (entry.model_id) row.dataset.paletteModel = entry.model_id;
  else part("tick").remove();
  if (entry.model_id) part("icon").remove();
  else if (entry.svg) part("icon").innerHTML = entry.svg;
  part("title").textContent = entry.title;
  if (entry.hint) part("hint").textContent = entry.hint;
  else part("hint").remove();
  if (entry.keys?.length) part("keys").append(...namedKeys(entry.keys));
  else part("keys").remove();
  return row;
}

/** `{ title, entries, of }` under its heading. */
export function sectionOf({ title, entries, of = entries.length }) {
  const section = document.createElement("div");
  const heading = document.createElement("p");
  section.setAttribute("role", "group");
  section.setAttribute("aria-labelledby", (heading.id = `palette-group-${(made += 1)}`));
  heading.className = "menu-title";
  heading.textContent = of > entries.length ? `${title} · ${entries.length} of ${of}` : title;
  section.append(heading, ...entries.map(option));
  return section;
}

export function nothing(query) {
  const row = document.createElement("p");
  row.className = "menu-empty quiet";
  row.setAttribute("role", "option");
  row.setAttribute("aria-disabled", "true");
  row.setAttribute("aria-selected", "false");
  row.textContent = query ? `Nothing is called “${query}”` : "Fetching…";
  return row;
}
