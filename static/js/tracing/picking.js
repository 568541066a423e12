// Which evaluations are to be compared: kept while the table is filtered, sorted or filled in.
const picked = new Set();

const form = () => document.querySelector("[data-picking]");
const boxes = () => document.querySelectorAll("[data-pick]");

function paint() {
  const button = form()?.querySelector("[data-pick-go]");
  if (!button) return;
  const most = Number(form().dataset.most);
  for (const box of boxes()) {
    box.checked = picked.has(box.value);
    box.disabled = !box.checked && picked.size >= most;
  }
  const unseen = [...picked].filter((id) => !form().querySelector(`[data-pick][value="${CSS.escape(id)}"]`));
  form().querySelectorAll("[data-pick-unseen]").forEach((field) => field.remove());
  for (const id of unseen) form().append(hidden(id));
  button.disabled = picked.size < 2;
  button.querySelector("[data-pick-text]").textContent = picked.size ? `Compare ${picked.size}` : "Compare";
  button.title = picked.size < 2 ? "Choose two or more evaluations" : picked.size >= most ? `At most ${most} are compared` : "";
}

function hidden(id) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "ids", value: id });
  field.dataset.pickUnseen = "";
  return field;
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-pick]")) return;
  if (target.checked) picked.add(target.value);
  else picked.delete(target.value);
  paint();
});
document.addEventListener("htmx:afterSettle", paint);

// What the browser kept ticked when somebody came back.
addEventListener("pageshow", () => {
  for (const box of boxes()) if (box.checked) picked.add(box.value);
  paint();
});
