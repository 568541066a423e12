// What is left out is not asked about: its fields are hidden with what they say, and hold nothing up, as nobody checks what cannot be written in.

function ask({ checked }, fields) {
  fields.hidden = !checked;
  for (const input of fields.querySelectorAll("input")) input.readOnly = !checked;
}

for (const fields of document.querySelectorAll("[data-wanted]")) {
  const tick = fields.parentElement.querySelector("[name$=-wanted]");
  tick.addEventListener("input", () => ask(tick, fields));
  // A page that is come back to has its ticks again.
  addEventListener("pageshow", () => ask(tick, fields));
}
