// All lanes as a table: cells of a column are selected, and what is written in one of them goes into all.

const cellOf = (target) => target.closest?.("[data-settings-table] [data-cell]");
const control = (cell) => cell.querySelector("input, select");

function column(cell) {
  return [...cell.closest("table").querySelectorAll(`[data-cell="${cell.dataset.cell}"]`)].filter((one) => !control(one).disabled);
}

function select(cells, selects) {
  for (const cell of cells) cell.toggleAttribute("data-selected", selects);
}

function show(form) {
  const selected = form.querySelectorAll("[data-cell][data-selected]");
  for (const button of form.querySelectorAll("[data-column]")) {
    const cells = [...form.querySelectorAll(`[data-cell="${button.dataset.column}"]`)].filter((cell) => !control(cell).disabled);
    button.setAttribute("aria-pressed", String(cells.length > 0 && cells.every((cell) => "selected" in cell.dataset)));
  }
  form.querySelector("[data-selection]").textContent = selected.length ? `${selected.length} selected` : "";
}

function toggle(cell) {
  if (control(cell).disabled) return;
  select([cell], !("selected" in cell.dataset));
  show(cell.closest("form"));
}

function toggleColumn(button) {
  const form = button.closest("form");
  const cell = form.querySelector(`[data-cell="${button.dataset.column}"]`);
  select(column(cell), button.getAttribute("aria-pressed") === "false");
  show(form);
}

function mark(cell) {
  const { type, checked, value } = control(cell);
  cell.toggleAttribute("data-set", type === "checkbox" ? !checked : value !== "");
}

function spread(cell) {
  const { checked, value } = control(cell);
  const others = "selected" in cell.dataset ? column(cell).filter((one) => one !== cell && "selected" in one.dataset) : [];
  for (const other of others) Object.assign(control(other), control(other).type === "checkbox" ? { checked } : { value });
  for (const one of [cell, ...others]) mark(one);
}

export function bindSettingsTable(host) {
  host.addEventListener("input", ({ target }) => cellOf(target) && spread(cellOf(target)));
  host.addEventListener("click", (event) => {
    const button = event.target.closest("[data-column]");
    if (button) toggleColumn(button);
    const cell = (event.ctrlKey || event.metaKey) && cellOf(event.target);
    if (!cell) return;
    event.preventDefault();
    toggle(cell);
  });
  host.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.ctrlKey || !cellOf(event.target)) return;
    event.preventDefault();
    toggle(cellOf(event.target));
  });
}
