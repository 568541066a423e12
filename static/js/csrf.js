// What the server asks of every request of a script. Who signs in again in another tab gets another token, and this page's own
// would be refused from then on.

export function headers() {
  const [, token] = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie) ?? [];
  return { "HX-Request": "true", "x-csrftoken": token ?? JSON.parse(document.body.getAttribute("hx-headers"))["x-csrftoken"] };
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const now = headers();
  Object.assign(detail.headers, now);
  // That of a form is asked first.
  if (detail.formData.has("csrfmiddlewaretoken")) detail.formData.set("csrfmiddlewaretoken", now["x-csrftoken"]);
});
