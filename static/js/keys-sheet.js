// The sheet of `?`: every key of this page, as the registry has them, narrowed by a search box.
import { isSingle, namedKeys } from "./chords.js";
import { grouped } from "./commands.js";

const sheet = document.querySelector("[data-keys-dialog]");
const search = sheet?.querySelector("[data-keys-search]");
const list = sheet?.querySelector("[data-keys-list]");

function row({ id, words, keys }) {
  const row = document.createElement("div");
  const [term, names] = [document.createElement("dt"), document.createElement("dd")];
  row.dataset.command = id;
  row.toggleAttribute("data-single", keys.every(isSingle));
  term.textContent = words;
  names.append(...namedKeys(keys));
  row.append(term, names);
  return row;
}

function section([title, commands]) {
  const section = document.createElement("section");
  const heading = document.createElement("h3");
  const rows = document.createElement("dl");
  heading.textContent = title;
  rows.append(...commands.filter(({ keys }) => keys?.length).map(row));
  section.append(heading, rows);
  return section;
}

function narrow() {
  const words = search.value.toLowerCase().split(/\s+/);
  for (const one of list.querySelectorAll("section")) {
    const title = one.firstChild.textContent;
    for (const row of one.querySelectorAll("[data-command]")) {
      row.hidden = !words.every((word) => `${title} ${row.textContent}`.toLowerCase().includes(word));
    }
    one.hidden = !one.querySelector("[data-command]:not([hidden])");
  }
  const found = list.querySelectorAll("[data-command]:not([hidden])").length;
  sheet.querySelector("[data-keys-found]").textContent = search.value ? `${found} ${found === 1 ? "key" : "keys"}` : "";
  sheet.querySelector("[data-keys-none]").hidden = found > 0;
}

// Filled when it opens: a page may have registered more since.
sheet?.addEventListener("beforetoggle", ({ newState }) => {
  if (newState !== "open") return;
  list.replaceChildren(...grouped().map(section).filter((one) => one.querySelector("dt")));
  search.value = "";
  narrow();
});
search?.addEventListener("input", narrow);

export const showSheet = () => sheet.showModal();
