// Tells screen readers, politely, what the eye can see.
export function announce(sentence) {
  const announcer = document.getElementById("announcer");
  if (!announcer) return;
  announcer.textContent = "";
  // The same sentence twice is two announcements only if the text was gone in between.
  requestAnimationFrame(() => {
    announcer.textContent = sentence;
  });
}
