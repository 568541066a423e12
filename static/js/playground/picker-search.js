// The search within the LLM dropdown: which of its models are shown. There may be a thousand, at each key.

export function parts(picker) {
  return {
    root: picker.querySelector("[data-picker-root]"),
    openers: [...picker.querySelectorAll("[data-submenu]")],
    body: picker.querySelector("[data-submenu-body]"),
    search: picker.querySelector("[data-picker-search]"),
  };
}

export function shownModels(picker) {
  return [...picker.querySelectorAll("[data-picker-group]:not([hidden]) [data-pick]:not([hidden], :disabled)")];
}

export function narrow(picker) {
  const words = parts(picker).search.value.toLowerCase().split(/\s+/);
  for (const batch of picker.querySelectorAll("[data-picker-batch]")) {
    let shown = 0;
    for (const model of batch.children) {
      const fits = words.every((word) => model.dataset.search.includes(word));
      show(model, fits);
      shown += fits;
    }
    // How much room it takes while it is out of sight.
    batch.style.setProperty("--shown", shown);
  }
  showGroups(picker);
}

/** What is searched is searched in all of them, each under the name of where it is from. */
export function showGroups(picker) {
  const isSearched = parts(picker).search.value.trim() !== "";
  const { section } = picker.dataset;
  let some = false;
  for (const group of picker.querySelectorAll("[data-picker-group]")) {
    const isShown = isSearched ? group.querySelector("[data-pick]:not([hidden])") !== null : !section || group.dataset.pickerGroup === section;
    show(group, isShown);
    some ||= isShown;
  }
  const none = picker.querySelector("[data-picker-none]");
  none.textContent = some ? "" : none.dataset.pickerNone;
}

/** An attribute that is set anew, though to the same, has its element styled anew. */
function show(element, isShown) {
  if (element.hidden === isShown) element.hidden = !isShown;
}

/** Whatever else follows what is searched hears that nothing is. Returns whether something was. */
export function clear(search) {
  if (!search.value) return false;
  search.value = "";
  search.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}
