// Where images come from: the file chooser, the clipboard, a drop anywhere on the page, an address.

/** Seconds after the last sign of something that hovers, in milliseconds. */
const HOVER = 200;

export function bindSources(form, images) {
  bindFiles(form, images);
  bindAddress(form, images);
  document.addEventListener("paste", (event) => pasted(event, form, images));
  bindDrops(form, images);
}

function bindFiles(form, images) {
  const chooser = form.querySelector("[data-image-files]");
  document.querySelector("[data-choose-images]").addEventListener("click", ({ target }) => {
    target.closest("[popover]").hidePopover();
    chooser.click();
  });
  chooser.addEventListener("change", () => {
    images.addFiles([...chooser.files]);
    chooser.value = "";
    form.querySelector("[data-composer]").focus();
  });
}

function bindAddress(form, images) {
  const row = form.querySelector("[data-image-address]");
  const field = row.querySelector("input");
  const close = () => {
    row.hidden = true;
    field.value = "";
    form.querySelector("[data-composer]").focus();
  };
  const fetchIt = () => {
    if (field.value.trim()) images.addAddress(field.value.trim());
    close();
  };
  document.querySelector("[data-image-by-address]").addEventListener("click", ({ target }) => {
    target.closest("[popover]").hidePopover();
    row.hidden = false;
    field.focus();
  });
  row.querySelector("[data-image-fetch]").addEventListener("click", fetchIt);
  row.querySelector("[data-image-cancel]").addEventListener("click", close);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") fetchIt();
    else close();
  });
}

/** Text goes before a picture of it, as a spreadsheet copies both. */
function pasted(event, form, images) {
  const { clipboardData, target } = event;
  const elsewhere = target.matches?.("input, textarea, select") && !form.contains(target);
  const files = [...(clipboardData?.files ?? [])];
  if (elsewhere || !files.length || clipboardData.getData("text/plain") || document.querySelector("dialog:modal")) return;
  event.preventDefault();
  images.addFiles(files);
}

function bindDrops(form, images) {
  const page = form.closest("main");
  let timer;
  const over = () => delete form.dataset.dropping;
  for (const name of ["dragenter", "dragover"]) {
    page.addEventListener(name, (event) => {
      if (!brings(event.dataTransfer)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      form.dataset.dropping = "";
      clearTimeout(timer);
      timer = setTimeout(over, HOVER);
    });
  }
  page.addEventListener("drop", (event) => {
    if (!brings(event.dataTransfer)) return;
    event.preventDefault();
    clearTimeout(timer);
    over();
    images.addFiles([...event.dataTransfer.files]);
    form.querySelector("[data-composer]").focus();
  });
}

function brings({ types }) {
  return [...types].includes("Files");
}
