// Notices: dismissed by their button; a request of htmx that fails says so in one.
import { announce } from "./announce.js";

let told;

export function tell(sentence) {
  told?.remove();
  told = document.querySelector("template[data-bad-notice]").content.firstElementChild.cloneNode(true);
  told.querySelector("span").textContent = sentence;
  // What lies beneath a dialog may not be seen.
  const actions = [...document.querySelectorAll("dialog:modal .actions")].at(-1);
  if (actions) actions.before(told);
  else document.getElementById("messages")?.replaceChildren(told);
  announce(sentence);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest("[data-notice]")?.remove();
});
document.addEventListener("htmx:responseError", (event) => {
  const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  tell(answer.querySelector("[data-sentence]")?.textContent.trim() || `The server answered ${event.detail.xhr.status}. Reload the page and try again.`);
});
document.addEventListener("htmx:sendError", ({ detail }) => {
  // What is saved by the way is saved again; only what somebody asked for is worth a word.
  if (!detail.elt.matches("[data-saved-by-the-way]")) tell("The server cannot be reached. Check the connection and try again.");
});
