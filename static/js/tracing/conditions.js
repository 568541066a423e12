// Conditions of a table's form: added, taken out, and without a value where they say all by themselves.
const root = document.querySelector("[data-conditions]");
const form = root?.closest("form");

function fit(condition) {
  const alone = condition.querySelector("select").selectedOptions[0].hasAttribute("data-alone");
  // Hidden, not disabled: what is sent of the conditions stays side by side.
  condition.querySelector('[name="value"]').hidden = alone;
}

function add() {
  root.querySelector("[data-conditions-list]").append(root.querySelector("[data-condition-new]").content.cloneNode(true));
  const added = root.querySelector("[data-conditions-list]").lastElementChild;
  fit(added);
  added.querySelector("input").focus();
}

function remove(condition) {
  const neighbour = condition.previousElementSibling ?? condition.nextElementSibling;
  condition.remove();
  (neighbour?.querySelector("input") ?? root.querySelector("[data-condition-add]")).focus();
  htmx.trigger(form, "change");
}

root?.addEventListener("click", ({ target }) => {
  if (target.closest("[data-condition-add]")) add();
  else if (target.closest("[data-condition-remove]")) remove(target.closest("[data-condition]"));
});

root?.addEventListener("change", ({ target }) => {
  if (target.matches("select")) fit(target.closest("[data-condition]"));
});

root?.querySelectorAll("[data-conditions-list] [data-condition]").forEach(fit);
