// The registry of what can be done by a key or from the palette. Both, and the sheet of `?`, are made of it alone.
//
// A command is
//   id       its name for tests and memory, such as "lane.settings"
//   words    what it does, in the sheet and in the palette
//   keys     chords as chords.js spells them; without any the palette alone has it
//   run      (subject, event) does it; without it the browser does, and the sheet only tells of it
//   holds    (subject) whether it can be done now; without it, always
//   of       what it is done to: { all(), now(event), named(subject), hint(subject), key(subject) }, as lanes: the palette offers it for each
//   within   a selector: only where the focus is in such an element
//   writing  also while somebody writes; `anywhere`: also over dialogs and menus; `repeats`: while the key is held down
//   hidden   not in the palette, where it would make no sense
//   also     more words that it is found by
export const EVERYWHERE = "Everywhere";
const groups = new Map();

/** To a group that is there already, commands are added. */
export function register(title, commands) {
  groups.set(title, [...(groups.get(title) ?? []), ...commands]);
}

/** The page's own first: [title, commands]. */
export function grouped() {
  return [...groups].sort(([one], [other]) => (one === EVERYWHERE) - (other === EVERYWHERE));
}

function holds(command, subject) {
  return (!command.of || Boolean(subject)) && (command.holds?.(subject) ?? true);
}

/** Returns whether it was done. */
export function carryOut(command, event, subject = command.of?.now(event)) {
  if (!holds(command, subject)) return false;
  command.run(subject, event);
  return true;
}

function offer(command, subject, isNow) {
  const named = command.of?.named(subject);
  return {
    key: named ? `${command.id} ${named}` : command.id,
    title: named ? command.words.replace(/the (lane|answer)/, named) : command.words,
    hint: command.of?.hint?.(subject) ?? "",
    keys: command.of?.key ? [command.of.key(subject)] : isNow ? (command.keys ?? []).slice(0, 1) : [],
    also: command.also ?? "",
    isNow,
    run: () => carryOut(command, undefined, subject),
  };
}

/** What is done to the page as a whole comes first, what moves through it last. */
const rank = ({ of, repeats }) => (of ? 1 : 0) + (repeats ? 2 : 0);

/** What can be done now, for the palette: where it is done to lanes, for each of them. */
export function offers() {
  const offered = grouped().flatMap(([, commands]) => commands.filter(({ run, hidden }) => run && !hidden));
  offered.sort((one, other) => rank(one) - rank(other));
  return offered.flatMap((command) => {
    if (!command.of) return holds(command) ? [offer(command, undefined, true)] : [];
    const now = command.of.now();
    return command.of.all().filter((subject) => holds(command, subject)).map((subject) => offer(command, subject, subject === now));
  });
}
