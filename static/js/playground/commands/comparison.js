// What is done with the comparison as a whole.
import { pressing } from "./buttons.js";

const onPage = (selector) => pressing(selector, () => document.getElementById("page"));

export function comparisonCommands() {
  const menu = (verb, words, also) => ({ id: `comparison.${verb}`, words, also, ...onPage(`#comparison-menu [data-verb=${verb}]`) });
  return [
    { id: "comparison.add", keys: ["a"], words: "Add a lane", also: "model compare", ...onPage("[data-add-lane]") },
    { id: "comparison.history", keys: ["h"], words: "History of comparisons", ...onPage("[data-history]") },
    { id: "comparison.settings", words: "Settings of all lanes", also: "temperature parameters", ...onPage("[data-all-settings]") },
    { id: "comparison.new", words: "New comparison", ...onPage("[data-new]") },
    { id: "comparison.rename", words: "Rename this comparison", also: "title", ...onPage("button[data-title]") },
    menu("share", "Share this comparison", "link"),
    menu("pin", "Pin or unpin this comparison"),
    menu("duplicate", "Duplicate this comparison", "copy"),
    menu("json", "Export this comparison as JSON", "download"),
    menu("markdown", "Export this comparison as Markdown", "download"),
    menu("delete", "Delete this comparison"),
  ];
}
