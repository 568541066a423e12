// The columns of a leaderboard that is being written: added, moved, doubled, taken out. What is sent is their order here.
import { announce } from "../announce.js";

const root = document.querySelector("[data-columns]");
const list = root?.querySelector("[data-columns-list]");
const columns = () => [...list.querySelectorAll("[data-column]")];

const actions = {
  earlier: (column) => column.previousElementSibling?.before(column),
  later: (column) => column.nextElementSibling?.after(column),
  duplicate: (column) => isFull() || column.after(doubled(column)),
  remove: (column) => {
    const neighbour = column.nextElementSibling ?? column.previousElementSibling;
    column.remove();
    (neighbour?.querySelector("select") ?? root.querySelector("[data-column-add]")).focus();
  },
};

function isFull() {
  if (columns().length < Number(root.dataset.most)) return false;
  announce(`A leaderboard has at most ${root.dataset.most} columns.`);
  return true;
}

/** A clone has what was sent from the server chosen, not what was chosen since. */
function doubled(column) {
  const clone = column.cloneNode(true);
  const chosen = column.querySelectorAll("select");
  clone.querySelectorAll("select").forEach((select, at) => (select.value = chosen[at].value));
  return clone;
}

function add() {
  if (isFull()) return;
  list.append(root.querySelector("[data-column-new]").content.cloneNode(true));
  paint();
}

/** The first cannot go further up, nor the last further down. */
function paint() {
  columns().forEach((column, at, all) => {
    column.querySelector('[data-column-act="earlier"]').disabled = at === 0;
    column.querySelector('[data-column-act="later"]').disabled = at === all.length - 1;
  });
}

function act(button) {
  const column = button.closest("[data-column]");
  const action = button.dataset.columnAct;
  actions[action](column);
  if (!column.isConnected) {
    paint();
    return announce("The column is deleted.");
  }
  paint();
  (button.disabled ? column.querySelector("[data-column-act]:enabled") : button).focus();
  announce(`Column ${columns().indexOf(column) + 1} of ${columns().length}.`);
}

root?.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-column-act]");
  if (button) act(button);
  else if (target.closest("[data-column-add]")) {
    add();
    columns().at(-1).querySelector("select").focus();
  }
});

// Which way is better is known of most metrics; it can still be said otherwise.
root?.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-column-metric]")) return;
  const { better } = target.selectedOptions[0].dataset;
  if (better) target.closest("[data-column]").querySelector("[data-column-better]").value = better;
});

if (root && !columns().length && root.querySelector("[data-column-new]")) add();
else if (root) paint();
