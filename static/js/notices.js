// Notices: dismissed by their button; a request of htmx that fails says so in one.
import { announce } from "./announce.js";

export function tell(sentence) {
  const notice = document.querySelector("template[data-bad-notice]").content.firstElementChild.cloneNode(true);
  notice.querySelector("span").textContent = sentence;
  document.getElementById("messages")?.replaceChildren(notice);
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
