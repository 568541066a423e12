// Keys as the registry spells them (`mod+k`, `shift+g`, `arrowdown`, `?`), read from events and named as this machine does.
const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);
const NAMES = {
  mod: APPLE ? "⌘" : "Ctrl", shift: APPLE ? "⇧" : "Shift", escape: "Esc", enter: "Enter", space: "Space",
  arrowup: "↑", arrowdown: "↓", arrowleft: "←", arrowright: "→", home: "Home", end: "End",
};
/** Of these Shift makes another key; a sign such as `?` or, on some keyboards, a digit only comes with it. */
const SHIFTED = /^([a-z]|..+)$/;

/** What stands on the key; where that is no Latin letter, the letter that would stand there. */
function keyOf({ key, code }) {
  const isForeign = key.length === 1 && key > "~" && /^Key[A-Z]$/.test(code);
  return (isForeign ? code.at(-1) : key === " " ? "space" : key).toLowerCase();
}

export function chordOf(event) {
  const key = keyOf(event);
  // AltGr says that it is Ctrl and Alt, but it only makes a sign.
  const isPlain = event.getModifierState("AltGraph");
  const mod = !isPlain && (event.ctrlKey || event.metaKey) ? "mod+" : "";
  const alt = !isPlain && event.altKey ? "alt+" : "";
  const shift = event.shiftKey && SHIFTED.test(key) ? "shift+" : "";
  return mod + alt + shift + key;
}

/** One sign without Ctrl or Cmd: such keys may be turned off, and are never taken from somebody who writes. */
export function isSingle(chord) {
  return /^(shift\+)?.$/.test(chord);
}

export function nameOf(chord) {
  return chord.split("+").map((part) => NAMES[part] ?? part.toUpperCase()).join(" ");
}

/** `1 … 8` for a long row of keys. */
export function namedKeys(chords) {
  const kbd = (chord) => Object.assign(document.createElement("kbd"), { textContent: nameOf(chord) });
  if (chords.length > 4) return [kbd(chords[0]), " … ", kbd(chords.at(-1))];
  return chords.flatMap((chord, at) => (at ? [" ", kbd(chord)] : [kbd(chord)]));
}
