// On a phone the sidebar is a drawer over the page.
const sidebar = document.querySelector("[data-sidebar]:not(html)");
const button = document.querySelector("[data-drawer-toggle]");
const shade = document.querySelector("[data-drawer-close]");
const page = document.getElementById("page");

function show(open) {
  sidebar.classList.toggle("open", open);
  shade.hidden = !open;
  page.inert = open;
  button.setAttribute("aria-expanded", String(open));
  if (open) sidebar.querySelector("a, button").focus();
  else if (sidebar.contains(document.activeElement)) button.focus();
}

if (sidebar && button) {
  button.addEventListener("click", () => show(!sidebar.classList.contains("open")));
  shade.addEventListener("click", () => show(false));
  document.addEventListener("keydown", (event) => {
    // A menu that is open over the drawer takes the first Escape for itself.
    if (event.key !== "Escape" || !sidebar.classList.contains("open") || document.querySelector(":popover-open")) return;
    // It is no key of the page beneath as well, where it stops the lanes.
    event.preventDefault();
    show(false);
  });
  document.addEventListener("palette-opening", () => show(false));
  matchMedia("(min-width: 768px)").addEventListener("change", () => show(false));
}
