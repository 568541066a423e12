// Narrows the models that a provider was found to list; what is ticked stays so, and no more are ticked than are asked about in turn.

function narrow({ value, form }) {
  const words = value.toLowerCase().split(/\s+/);
  const models = [...form.querySelectorAll("[data-listed]")];
  for (const model of models) {
    const name = model.textContent.toLowerCase();
    model.hidden = !words.every((word) => name.includes(word));
  }
  const found = models.filter(({ hidden }) => !hidden).length;
  const says = found ? `${found} of ${models.length} models match.` : "No models match.";
  form.querySelector("[data-listed-found]").textContent = value.trim() ? says : "";
}

/** The ticks travel in an address, which holds no more. */
function limit(form) {
  const boxes = [...form.querySelectorAll("[name=id]")];
  const isFull = boxes.filter(({ checked }) => checked).length >= Number(form.dataset.listedMost);
  for (const box of boxes) box.disabled = isFull && !box.checked;
  const full = form.querySelector("[data-listed-full]");
  full.textContent = isFull ? full.dataset.listedFull : "";
}

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-listed-filter]")) narrow(target);
  else if (target.matches("[data-listed] input")) limit(target.form);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-listed-filter]")) event.preventDefault();
});
