// The sidebar's width: all of it, or icons alone; remembered in this browser.
const root = document.documentElement;

function show(width) {
  root.dataset.sidebar = width;
  for (const button of document.querySelectorAll("[data-sidebar-collapse]")) {
    button.setAttribute("aria-pressed", String(width === "narrow"));
  }
}

function toggle() {
  const width = root.dataset.sidebar === "narrow" ? "wide" : "narrow";
  localStorage.setItem("sidebar", width);
  show(width);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-sidebar-collapse]")) toggle();
});
document.addEventListener("keydown", (event) => {
  if ((event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "b") {
    event.preventDefault();
    toggle();
  }
});
show(root.dataset.sidebar);
