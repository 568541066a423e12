// The settings panel: sliders beside their numbers, marks on what is changed, one reset and a reset of all.
import { bindJsonEditors, checkJson } from "./json-editors.js";
import { bindSettingsTable } from "./settings-table.js";
import { bindTips } from "./tips.js";

const OFF = new Set(["", "text"]);

function controls(setting) {
  return [...setting.querySelectorAll("input:not([data-slider], [data-reset-flag]), textarea, select")].filter(({ name }) => name !== "schema");
}

function isSet(setting) {
  const [control] = controls(setting);
  if (control.type === "checkbox") return !control.checked;
  if (control.name === "is_traced") return control.value === "off";
  if (control.name === "trials" && control.value === "1") return false;
  return !OFF.has(control.value);
}

function show(setting) {
  const set = isSet(setting);
  const flag = setting.querySelector("[data-reset-flag]");
  const differs = "differs" in setting.dataset && !flag.checked;
  const disabled = controls(setting)[0].disabled;
  setting.toggleAttribute("data-set", set);
  setting.querySelector("[data-mark]").textContent = set ? "Changed" : differs ? "Differs" : "";
  setting.querySelector("[data-reset]").hidden = disabled || (!set && !differs);
}

/** The slider follows the number; an empty number lets it rest where it was. */
function moveSlider(setting) {
  const slider = setting.querySelector("[data-slider]");
  if (slider) slider.value = controls(setting)[0].value || slider.dataset.rest;
}

function reset(setting) {
  const [control] = controls(setting);
  if (control.disabled) return;
  if (control.type === "checkbox") control.checked = true;
  else if ("differs" in setting.dataset && control.name === "response_format") control.value = "text";
  else if ("differs" in setting.dataset && control.name === "is_traced") control.value = "on";
  else control.value = "";
  setting.querySelector("[data-reset-flag]").checked = true;
  if ("differs" in setting.dataset && control.placeholder) control.placeholder = control.type === "number" ? "reset" : "Reset in all lanes";
  moveSlider(setting);
  checkJson(setting.querySelector("[data-json-editor]"));
  show(setting);
}

function changed({ target }) {
  const setting = target.closest("[data-setting]");
  if (!setting) return;
  if (target.matches("[data-slider]")) controls(setting)[0].value = target.value;
  else moveSlider(setting);
  setting.querySelector("[data-reset-flag]").checked = false;
  show(setting);
}

const VERBS = {
  "[data-reset]": (button) => {
    const setting = button.closest("[data-setting]");
    reset(setting);
    controls(setting)[0].focus();
  },
  "[data-reset-all]": (button) => button.closest("form").querySelectorAll("[data-setting]").forEach(reset),
};

export function bindSettings() {
  const host = document.querySelector("[data-dialog-host]");
  host.addEventListener("input", changed);
  host.addEventListener("click", ({ target }) => {
    for (const [selector, verb] of Object.entries(VERBS)) {
      const button = target.closest(selector);
      if (button) verb(button);
    }
  });
  host.addEventListener("htmx:afterSwap", () => host.querySelectorAll("[data-setting]").forEach(show));
  bindJsonEditors(host);
  bindSettingsTable(host);
  bindTips(host);
}
