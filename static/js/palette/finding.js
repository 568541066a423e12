// What the palette lists: without words what was chosen last and what is nearest, with words what fits, the best first.
import { ACTIONS } from "./entries.js";
import { score } from "./ranking.js";
import { recent } from "./recent.js";

const MOST = { [ACTIONS]: 8, Models: 12, Recent: 5 };
const OTHERS = 8;
/** What was chosen lately is ahead of what fits as well. */
const LATELY = 4;

function section(title, all) {
  const entries = all.slice(0, MOST[title] ?? OTHERS);
  return { title, entries, of: all.length };
}

function grouped(entries) {
  const groups = new Map();
  for (const entry of entries) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  return [...groups].map(([title, all]) => section(title, all));
}

function isElsewhere({ url }) {
  return url !== location.pathname;
}

function unasked(entries) {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const lately = recent().map((key) => byKey.get(key)).filter((entry) => entry && isElsewhere(entry));
  const { entries: first } = section("Recent", lately);
  const rest = entries.filter((entry) => !first.includes(entry) && (!entry.command || entry.isNow));
  return [{ title: "Recent", entries: first, of: first.length }, ...grouped(rest)].filter((one) => one.entries.length);
}

/** Sections, each `{ title, entries, of }`: of so many, these are shown. */
export function find(query, entries) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return unasked(entries);
  const lately = new Set(recent());
  const fitting = [];
  for (const entry of entries) {
    const points = score(words, entry);
    if (points) fitting.push({ entry, points: points + (lately.has(entry.key) ? LATELY : 0) });
  }
  // The order of what fits equally well stays; a group stands where its best does.
  return grouped(fitting.sort((one, other) => other.points - one.points).map(({ entry }) => entry));
}
