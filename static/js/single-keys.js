// Whether keys without Ctrl or Cmd do anything: who speaks to the machine, or shakes, may turn them off. Kept by this browser.

export function areOn() {
  return localStorage.getItem("single-keys") !== "off";
}

function show() {
  for (const box of document.querySelectorAll("[data-single-keys]")) box.checked = areOn();
  document.documentElement.dataset.singleKeys = areOn() ? "on" : "off";
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-single-keys]")) return;
  localStorage.setItem("single-keys", target.checked ? "on" : "off");
  show();
});
addEventListener("storage", ({ key }) => key === "single-keys" && show());
show();
