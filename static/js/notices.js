// Notices: dismissed by their button; a request of htmx that fails says so in one.
import { announce } from "./announce.js";

export const AWAY = "The server cannot be reached. Check the connection and try again.";
const SILENT = "The server has not answered in time. Try again.";
let told;

/** What an answer says went wrong. */
export function sentenceOf(status, html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  return answer.querySelector("[data-sentence]")?.textContent.trim() || `The server answered ${status}. Reload the page and try again.`;
}

export function tell(sentence) {
  told?.remove();
  told = document.querySelector("template[data-bad-notice]").content.firstElementChild.cloneNode(true);
  told.querySelector("span").textContent = sentence;
  // What lies beneath a dialog may not be seen, nor is it heard.
  const actions = [...document.querySelectorAll("dialog:modal .actions")].at(-1);
  if (actions) actions.before(told);
  else document.getElementById("messages")?.replaceChildren(told);
  if (document.querySelector("dialog:modal")) announce(sentence);
}

/** What is asked by the way is asked again when the server is back; of that only what somebody waits for is worth a word. */
function complain({ elt, xhr }, sentence) {
  const isAway = xhr.status === 0 || xhr.status >= 500;
  if (!isAway || !elt.matches("[data-by-the-way]:not(:popover-open)")) tell(sentence);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest("[data-notice]")?.remove();
});
document.addEventListener("htmx:responseError", ({ detail }) => complain(detail, sentenceOf(detail.xhr.status, detail.xhr.responseText)));
document.addEventListener("htmx:sendError", ({ detail }) => complain(detail, AWAY));
document.addEventListener("htmx:timeout", ({ detail }) => complain(detail, SILENT));
