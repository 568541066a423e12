// Sends something to the server as a form does; XMLHttpRequest, for it tells how far it is.
import { headers } from "../csrf.js";
import { sentenceOf } from "../notices.js";

const AWAY = "The server cannot be reached. Check the connection, then add it again.";

/** Resolves when it is taken; rejects with the server's sentence. */
export function post(url, body, progress = () => {}) {
  const request = new XMLHttpRequest();
  request.open("POST", url);
  for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
  request.upload.addEventListener("progress", ({ loaded, total }) => progress(loaded / total));
  return new Promise((resolve, reject) => {
    request.addEventListener("load", () => (request.status < 300 ? resolve() : reject(new Error(sentence(request)))));
    request.addEventListener("error", () => reject(new Error(AWAY)));
    request.send(body);
  });
}

function sentence({ status, responseText }) {
  if (status === 413) return "This is too large to be uploaded.";
  return sentenceOf(status, responseText);
}
