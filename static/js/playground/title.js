// Renamed or not, the comparison's title takes the focus back from its form.

export function bindTitle() {
  const place = document.querySelector("#title");
  place.addEventListener("htmx:afterSwap", () => place.querySelector("[data-title]")?.focus());
}
