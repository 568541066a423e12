// Tells screen readers what the eye can see: politely, or at once where something failed.
const IDS = { polite: "announcer", assertive: "alarm" };
/** A region has to be there for a moment before what it says is heard. */
const PAUSE = 100;

/** Below an open dialog nothing is heard, so it gets regions of its own. */
function regionOf(urgency) {
  const dialog = [...document.querySelectorAll("dialog:modal")].at(-1);
  if (!dialog) return document.getElementById(IDS[urgency]);
  const found = dialog.querySelector(`:scope > [data-announcer="${urgency}"]`);
  if (found) return found;
  const region = document.createElement("div");
  region.className = "visually-hidden";
  region.dataset.announcer = urgency;
  region.setAttribute("role", urgency === "polite" ? "status" : "alert");
  dialog.append(region);
  return region;
}

export function announce(sentence, urgency = "polite") {
  const region = regionOf(urgency);
  if (!region) return;
  region.textContent = "";
  // The same sentence twice is two announcements only if the text was gone in between.
  setTimeout(() => (region.textContent = sentence), PAUSE);
}
