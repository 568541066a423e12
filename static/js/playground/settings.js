// The settings panel: sliders beside their numbers, marks on what is changed, one reset and a reset of all. It comes with
// the first panel that is opened.
import { bindJsonEditors, checkJson } from "./json-editors.js";
import { bindNumberKeys } from "./number-keys.js";
import { isSet, restOf, textOf, write } from "./rests.js";
import { bindSettingsTable } from "./settings-table.js";
import { bindTips } from "./tips.js";

/** The first: a schema stands below the format that asks for it. */
const controlOf = (setting) => setting.querySelector("input:not([data-slider], [data-reset-flag]), textarea, select");

function show(setting) {
  const control = controlOf(setting);
  const set = isSet(control);
  const differs = "differs" in setting.dataset && !setting.querySelector("[data-reset-flag]").checked;
  setting.toggleAttribute("data-set", set);
  setting.querySelector("[data-mark]").textContent = set ? "Changed" : differs ? "Differs" : "";
  setting.querySelector("[data-reset]").hidden = control.disabled || (!set && !differs);
}

/** The slider follows the number; an empty number lets it rest where it was. */
function moveSlider(setting) {
  const slider = setting.querySelector("[data-slider]");
  if (!slider) return;
  const { value, placeholder } = controlOf(setting);
  slider.value = value || slider.dataset.rest;
  slider.setAttribute("aria-valuetext", value || placeholder);
}

function reset(setting) {
  const control = controlOf(setting);
  const differs = "differs" in setting.dataset;
  if (control.disabled) return;
  write(control, restOf(control, differs));
  setting.querySelector("[data-reset-flag]").checked = differs;
  if (differs && control.placeholder) control.placeholder = control.type === "text" ? "reset" : "Reset in all lanes";
  moveSlider(setting);
  checkJson(setting.querySelector("[data-json-editor]"));
  show(setting);
}

function changed(setting, target) {
  if (target.matches("[data-slider]")) controlOf(setting).value = target.value;
  moveSlider(setting);
  setting.querySelector("[data-reset-flag]").checked = false;
  show(setting);
  forgive(target);
}

/** What was wrong with it is not what is written by now. */
function forgive(target) {
  const place = target.closest("[data-schema-editor], [data-setting], [data-cell]");
  place.querySelector(".errorlist")?.remove();
  place.querySelector(":is(input, select)[aria-invalid]")?.removeAttribute("aria-invalid");
}

/** Something else stands in it than what came. */
function isTouched({ type, checked, defaultChecked, value, defaultValue, options }) {
  if (options) return [...options].some(({ selected, defaultSelected }) => selected !== defaultSelected);
  return type === "checkbox" ? checked !== defaultChecked : value !== defaultValue;
}

const controls = (scope) => [...scope.querySelectorAll("input[name], textarea, select")];
const touched = (scope) => controls(scope).filter(isTouched);

/** Of the draft, but written back as it is saved: saving changes nothing of it. */
const isUndone = (control) => control.dataset.kept === (isSet(control) ? textOf(control) : restOf(control));

/** The draft has more of it, or other fields are touched here. */
function isUnsaved(scope) {
  const { fields = 0 } = scope.dataset;
  return controls(scope).filter(isUndone).length < fields || touched(scope).some((control) => !("kept" in control.dataset));
}

function markTabs(form) {
  for (const scope of form.querySelectorAll("[data-scope]")) {
    const isEdited = isUnsaved(scope);
    scope.toggleAttribute("data-edited", isEdited);
    const tab = form.querySelector(`.settings-tab[value="${scope.dataset.scope}"]`);
    if (!tab) continue;
    tab.toggleAttribute("data-edited", isEdited);
    if (!isEdited) tab.removeAttribute("data-drafted");
    tab.querySelector("[data-unsaved]").hidden = !tab.matches("[data-edited], [data-drafted]");
  }
}

/** What is not touched is not sent: the server leaves it as it is by then. */
function sendTouched({ target, formData }) {
  const scopes = [...target.querySelectorAll("[data-scope]")];
  if (!scopes.length) return;
  for (const name of new Set(formData.keys())) if (name !== "draft") formData.delete(name);
  for (const control of scopes.flatMap(touched)) formData.append(control.name, textOf(control));
}

const isSaving = (form) => form.matches("[aria-busy=true]");

function leaving(event) {
  const form = event.target.querySelector("[data-settings], [data-settings-table]");
  if (!form) return;
  // A tab on its way would open over the question whether to leave.
  if (!isSaving(form)) htmx.trigger(form, "htmx:abort");
  // Saved already, or refused with a reason, before anybody could give it up; this may have waited for the tab.
  if (isSaving(form)) event.preventDefault();
}

const VERBS = {
  "[data-reset]": (button) => {
    const setting = button.closest("[data-setting]");
    reset(setting);
    controlOf(setting).focus();
  },
  "[data-reset-all]": (button) => button.closest("form").querySelectorAll("[data-setting]").forEach(reset),
};

function bind(host) {
  bindJsonEditors(host);
  // First: what it writes into other cells is marked here.
  bindSettingsTable(host);
  bindNumberKeys(host);
  bindTips(host);
  host.addEventListener("input", ({ target }) => {
    const setting = target.closest("[data-setting]");
    if (setting) changed(setting, target);
    if (target.closest("[data-cell]")) forgive(target);
    if (target.closest("[data-scope]")) markTabs(target.form);
  });
  host.addEventListener("formdata", sendTouched);
  addEventListener("beforeunload", (event) => host.querySelector("[data-drafted], [data-edited]") && event.preventDefault());
  host.addEventListener("dialog-leave", leaving);
  // Not those of tabs: what is being saved is not given up meanwhile.
  host.addEventListener("htmx:beforeRequest", ({ target, detail }) => target.setAttribute("aria-busy", String(!detail.requestConfig.triggeringEvent?.submitter?.name)));
  host.addEventListener("htmx:afterRequest", ({ target }) => target.setAttribute("aria-busy", "false"));
  // A tab that is on its way would open again what was closed.
  host.addEventListener("close", ({ target }) => target.querySelector("[data-scope]") && htmx.trigger(target.querySelector("form"), "htmx:abort"), true);
  host.addEventListener("click", ({ target }) => {
    for (const [selector, verb] of Object.entries(VERBS)) {
      const button = target.closest(selector);
      if (!button) continue;
      verb(button);
      markTabs(button.form);
    }
  });
}

bind(document.querySelector("[data-dialog-host]"));
