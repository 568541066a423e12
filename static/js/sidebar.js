// The sidebar's width: all of it, or icons alone; remembered in this browser.
const root = document.documentElement;

function show(width) {
  root.dataset.sidebar = width;
  for (const button of document.querySelectorAll("[data-sidebar-collapse]")) {
    button.setAttribute("aria-pressed", String(width === "narrow"));
  }
}

export function toggleSidebar() {
  const width = root.dataset.sidebar === "narrow" ? "wide" : "narrow";
  localStorage.setItem("sidebar", width);
  show(width);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-sidebar-collapse]")) toggleSidebar();
});
show(root.dataset.sidebar);
