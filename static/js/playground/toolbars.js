// Toolbars are one stop for Tab; arrow keys go from button to button in them.

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

function walk(event) {
  const toolbar = event.target.closest?.("[role=toolbar]");
  if (!toolbar || event.ctrlKey || event.metaKey || event.altKey) return;
  const buttons = [...toolbar.querySelectorAll("button")].filter((button) => button.checkVisibility() && !button.disabled);
  const at = buttons.indexOf(event.target);
  const to = { Home: buttons[0], End: buttons.at(-1) }[event.key] ?? buttons.at((at + STEPS[event.key]) % buttons.length);
  if (!to || at < 0 || !(event.key in STEPS || event.key === "Home" || event.key === "End")) return;
  event.preventDefault();
  for (const button of buttons) button.tabIndex = button === to ? 0 : -1;
  to.focus();
}

export function bindToolbars(element) {
  element.addEventListener("keydown", walk);
}
