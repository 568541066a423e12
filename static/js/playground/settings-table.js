// All lanes as a table: cells of a column are selected, and what is written in one of them goes into all.
import { isSet, restOf, textOf, write } from "./rests.js";

const cellOf = (target) => target.closest?.("[data-settings-table] [data-cell]");
const control = (cell) => cell.querySelector("input, select");

function column(form, name) {
  return [...form.querySelectorAll(`[data-cell="${name}"]`)].filter((cell) => !control(cell).disabled);
}

const isSelected = (cell) => "selected" in cell.dataset;

/** Of its column, if it is one of them. */
function selectedWith(cell) {
  return isSelected(cell) ? column(cell.closest("form"), cell.dataset.cell).filter(isSelected) : [cell];
}

function select(cells, selects) {
  for (const cell of cells) cell.toggleAttribute("data-selected", selects);
}

function show(form) {
  const selected = form.querySelectorAll("[data-cell][data-selected]");
  for (const button of form.querySelectorAll("[data-column]")) {
    const cells = column(form, button.dataset.column);
    button.setAttribute("aria-pressed", String(cells.length > 0 && cells.every(isSelected)));
  }
  form.querySelector("[data-selection]").textContent = selected.length ? `${selected.length} selected` : "";
}

/** Its text is selected too, so that what is typed replaces it. */
function toggle(cell) {
  if (control(cell).disabled) return;
  select([cell], !isSelected(cell));
  if (isSelected(cell)) control(cell).select?.();
  show(cell.closest("form"));
}

function toggleColumn(button) {
  select(column(button.form, button.dataset.column), button.getAttribute("aria-pressed") === "false");
  show(button.form);
}

function spread(cell) {
  const text = textOf(control(cell));
  for (const one of selectedWith(cell)) {
    write(control(one), text);
    one.toggleAttribute("data-set", isSet(control(one)));
  }
}

/** As it is where nothing is set; said as if it was written. */
function clear(cell) {
  write(control(cell), restOf(control(cell)));
  control(cell).dispatchEvent(new Event("input", { bubbles: true }));
}

const isClearing = ({ key }) => key === "Delete" || key === "Backspace";
const isTyping = (event) => event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;

/** A column's head passes on to its selected cells what is typed on it. */
function typedOnHead(event, button) {
  const [first] = column(button.form, button.dataset.column).filter(isSelected);
  if (!first) return;
  if (isClearing(event)) clear(first);
  if (!isTyping(event)) return;
  control(first).focus();
  control(first).select?.();
}

function typedInCell(event, cell) {
  const toggles = event.key === " " && event.ctrlKey;
  // In a text they delete characters.
  const clears = isClearing(event) && control(cell) === event.target && control(cell).type !== "text";
  if (!toggles && !clears) return;
  event.preventDefault();
  if (toggles) toggle(cell);
  else clear(cell);
}

function pressed(event) {
  const head = event.target.closest("[data-column]");
  if (head) toggleColumn(head);
  const cell = cellOf(event.target);
  if (!cell) return;
  if (event.target.closest("[data-clear]")) {
    clear(cell);
    control(cell).focus();
  } else if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    toggle(cell);
  }
}

export function bindSettingsTable(host) {
  host.addEventListener("input", ({ target }) => cellOf(target) && spread(cellOf(target)));
  host.addEventListener("click", pressed);
  host.addEventListener("keydown", (event) => {
    const head = event.target.closest("[data-column]");
    if (head) typedOnHead(event, head);
    else if (cellOf(event.target)) typedInCell(event, cellOf(event.target));
  });
}
