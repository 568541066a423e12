// The choice is kept while htmx changes which cards are shown.
import { paint } from "./selection.js";

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "models") paint();
});
