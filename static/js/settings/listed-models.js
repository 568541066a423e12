// Narrows the models that a provider was found to list; what is ticked stays so.

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-listed-filter]")) return;
  const words = target.value.toLowerCase().split(/\s+/);
  for (const model of target.form.querySelectorAll("[data-listed]")) {
    const name = model.textContent.toLowerCase();
    model.hidden = !words.every((word) => name.includes(word));
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-listed-filter]")) event.preventDefault();
});
