// Choosing days of one's own asks for nothing yet: an answer would come while the days are being typed, and replace them.
document.addEventListener(
  "change",
  (event) => {
    if (event.target.matches('.usage-form [name="range"][value="custom"]')) event.stopPropagation();
  },
  { capture: true },
);
