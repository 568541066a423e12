// Tips: shown while the pointer or the focus is on their button.

function showTip(button, shows) {
  const tip = document.getElementById(button.getAttribute("popovertarget"));
  if (!tip || tip.matches(":popover-open") === shows) return;
  tip.togglePopover(shows);
  if (!shows) return;
  const { left, bottom, top } = button.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(left - 12, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${bottom + 6 + tip.offsetHeight <= innerHeight ? bottom + 6 : top - 6 - tip.offsetHeight}px`;
}

export function bindTips(host) {
  const tipOf = ({ target }) => target.closest?.("[data-tip]");
  host.addEventListener("pointerover", (event) => event.pointerType === "mouse" && tipOf(event) && showTip(tipOf(event), true));
  host.addEventListener("pointerout", (event) => {
    const button = tipOf(event);
    if (button && event.pointerType === "mouse" && !event.relatedTarget?.closest?.("[data-tip-text]")) showTip(button, false);
  });
  host.addEventListener("focusin", (event) => tipOf(event)?.matches(":focus-visible") && showTip(tipOf(event), true));
  host.addEventListener("focusout", (event) => tipOf(event) && showTip(tipOf(event), false));
}
