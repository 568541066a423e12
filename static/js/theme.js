// The theme menu: like the system, light or dark; remembered in this browser and followed by its other tabs.
const root = document.documentElement;

function show(theme) {
  root.dataset.theme = theme;
  for (const choice of document.querySelectorAll("[data-theme-choice]")) {
    choice.setAttribute("aria-checked", String(choice.dataset.themeChoice === theme));
  }
}

export function chooseTheme(theme) {
  localStorage.setItem("theme", theme);
  show(theme);
}

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]");
  if (!choice) return;
  chooseTheme(choice.dataset.themeChoice);
  choice.closest("[popover]")?.hidePopover();
});
addEventListener("storage", (event) => {
  if (event.key === "theme") show(event.newValue ?? "auto");
});
show(root.dataset.theme);
