// How well an entry fits what was typed: whole titles first, then beginnings, words' beginnings, parts, and letters in their order.

const BREAK = /[^\p{L}\p{N}]+/u;
/** In a hint, or among the other words it is found by, a word counts less than in the title. */
const ASIDE = 0.5;
const NEVER = 0;

export function prepare(entry) {
  const title = entry.title.toLowerCase();
  return { ...entry, find: { title, starts: title.split(BREAK), aside: `${entry.hint ?? ""} ${entry.also ?? ""}`.toLowerCase() } };
}

/** Letters in their order, the first at a word's beginning, the others not far: `dsk` finds DeepSeek. */
function loosely(word, title) {
  if (word.length < 3) return NEVER;
  for (let from = title.indexOf(word[0]); from >= 0; from = title.indexOf(word[0], from + 1)) {
    if (from && !BREAK.test(title[from - 1])) continue;
    let at = from;
    for (const letter of word.slice(1)) {
      at = title.indexOf(letter, at + 1);
      if (at < 0) break;
    }
    const span = at - from + 1;
    if (at > 0 && span <= 2 * word.length + 1) return 10 + (10 * word.length) / span;
  }
  return NEVER;
}

function inTitle(word, { title, starts }) {
  if (title === word) return 100;
  if (title.startsWith(word)) return 90;
  if (starts.includes(word)) return 80;
  if (starts.some((start) => start.startsWith(word))) return 70;
  return title.includes(word) ? 50 : NEVER;
}

function inAside(word, { aside }) {
  const at = aside.indexOf(word);
  if (at < 0) return NEVER;
  return ASIDE * (at === 0 || BREAK.test(aside[at - 1]) ? 70 : 50);
}

/** 0: it does not fit. Every word must. */
export function score(words, { find }) {
  let sum = 0;
  for (const word of words) {
    const points = inTitle(word, find) || inAside(word, find) || loosely(word, find.title);
    if (!points) return NEVER;
    sum += points;
  }
  const whole = words.join(" ");
  const bonus = find.title === whole ? 20 : find.title.startsWith(whole) ? 10 : 0;
  return sum / words.length + bonus;
}
