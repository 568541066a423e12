// Which models are chosen, in their order: read from the address, written to it, painted on the cards.
import { announce } from "../announce.js";

const grid = () => document.querySelector("[data-models]");
const cards = () => document.querySelectorAll("[data-model]");
let chosen = [];

/** IDs as addresses spell them: readable, between commas. */
const spelled = (ids) => ids.map((id) => encodeURIComponent(id).replaceAll("%2F", "/").replaceAll("%3A", ":")).join(",");

export const isEmpty = () => chosen.length === 0;

/** As the server understood the address: unknown models and those that cannot be called are left out. */
export function restore() {
  const field = document.querySelector("[data-selected]");
  chosen = (new URLSearchParams(location.search).get("selected") ?? "").split(",").filter(Boolean);
  const known = (field?.value ?? "").split(",");
  chosen = chosen.filter((id) => known.includes(id));
  paint();
}

export function toggle(card) {
  const id = card.dataset.model;
  if (card.dataset.obstacle) return say(card.dataset.obstacle);
  if (chosen.includes(id)) return choose(chosen.filter((other) => other !== id));
  if (chosen.length >= Number(grid().dataset.most)) return say(grid().dataset.tooMany);
  return choose([...chosen, id]);
}

export const clear = () => choose([]);

function choose(ids) {
  chosen = ids;
  const url = new URL(location.href);
  url.searchParams.delete("selected");
  const rest = url.searchParams.toString();
  const query = [rest, chosen.length ? `selected=${spelled(chosen)}` : ""].filter(Boolean).join("&");
  history.replaceState(history.state, "", url.pathname + (query ? `?${query}` : ""));
  paint();
}

/** Also after htmx has brought other cards: the choice survives filtering. */
export function paint() {
  const field = document.querySelector("[data-selected]");
  if (field) field.value = chosen.join(",");
  for (const card of cards()) paintCard(card);
  document.querySelector("[data-clear]")?.toggleAttribute("hidden", isEmpty());
  say(chosen.length ? `${chosen.length} selected${unseen()}` : "");
}

function paintCard(card) {
  const isChosen = chosen.includes(card.dataset.model);
  card.setAttribute("aria-selected", isChosen);
  const tick = card.querySelector("[data-toggle]");
  const name = card.querySelector("h2").textContent;
  tick?.setAttribute("aria-label", `${isChosen ? "Deselect" : "Select"} ${name}`);
  const button = card.querySelector("[data-compare]");
  if (!button || !isChosen) return;
  const { one, many, playground } = grid().dataset;
  button.textContent = chosen.length > 1 ? many.replace("{n}", chosen.length) : one;
  button.href = `${playground}?models=${spelled(chosen)}`;
}

function unseen() {
  const shown = new Set([...cards()].map((card) => card.dataset.model));
  const hidden = chosen.filter((id) => !shown.has(id)).length;
  return hidden ? `, ${hidden} of them not shown` : "";
}

/** In the line above the cards, which is read out when it changes. */
function say(sentence) {
  const line = document.querySelector("[data-selection-line]");
  if (line && line.textContent !== sentence) line.textContent = sentence;
  else if (sentence) announce(sentence);
}
