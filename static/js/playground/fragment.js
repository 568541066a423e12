// What the server sent as HTML, not yet in the page: nothing of it is fetched or laid out before it is.

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
