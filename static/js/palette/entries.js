// What the palette can find: what the page can do now, where there is to go, and what the server looks up by words.
import { offers } from "../commands.js";
import { isAtEase } from "../keys.js";
import { prepare } from "./ranking.js";

export const ACTIONS = "Actions";
let icons = {};
/** Of this page, asked for once. */
let index;
const found = new Map();

/** To know it by, in whatever list it stands. */
function keyOf({ url, project_id: project, model_id: model }) {
  return model ? `model ${model}` : project ? `project ${project}` : `to ${url}`;
}

async function fetchGroups(address, signal) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, signal });
  if (!answer.ok || answer.redirected) throw new Error("The palette's entries cannot be fetched.");
  const { groups, icons: more } = await answer.json();
  icons = { ...icons, ...more };
  return groups.flatMap(({ title, entries }) => entries.map((entry) => prepare({ ...entry, group: title, key: keyOf(entry), svg: icons[entry.icon] })));
}

/** Everything that is known without words; asked for again if it did not come. */
export function fetchIndex(address) {
  index ??= fetchGroups(address).catch(() => {
    index = undefined;
    return null;
  });
  return index;
}

/** What was looked up once is found at once from then on. Returns what is new. */
export async function lookUp(address, words, signal) {
  const came = await fetchGroups(`${address}?q=${encodeURIComponent(words)}`, signal).catch(() => []);
  const fresh = came.filter(({ key }) => !found.has(key));
  for (const entry of fresh) found.set(entry.key, entry);
  return fresh;
}

export const lookedUp = () => [...found.values()];

/** With a dialog or a menu open, the page below waits: then there is only to go elsewhere. */
export function actions() {
  return isAtEase() ? offers().map((offer) => prepare({ ...offer, group: ACTIONS, command: true })) : [];
}
