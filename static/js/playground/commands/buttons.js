// A key does what a button on the board does, and only where somebody could press that button.

/** In a menu that is closed a button counts as being there. */
export function button(within, selector) {
  const found = within?.querySelector(selector);
  return found && !found.disabled && !found.hidden && getComputedStyle(found).display !== "none" ? found : null;
}

/** `holds` and `run` of a command that presses a button: of what it is done to, or of the page. */
export function pressing(selector, rootOf = (subject) => subject) {
  return {
    holds: (subject) => Boolean(button(rootOf(subject), selector)),
    run: (subject) => button(rootOf(subject), selector).click(),
  };
}
