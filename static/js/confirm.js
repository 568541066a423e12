// Asks before what cannot be undone: <form data-confirm="Question?" data-confirm-yes="Verb"> and htmx's hx-confirm.
const dialog = document.querySelector("[data-confirm-dialog]");

function ask(question, verb) {
  dialog.querySelector("[data-confirm-question]").textContent = question;
  dialog.querySelector("[data-confirm-yes]").textContent = verb || "Go ahead";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  const { submitter } = event;
  if (!(await ask(form.dataset.confirm, form.dataset.confirmYes))) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(submitter);
  delete form.dataset.confirmed;
});

document.addEventListener("htmx:confirm", async (event) => {
  const { question, elt, issueRequest } = event.detail;
  if (!question) return;
  event.preventDefault();
  if (await ask(question, elt.dataset.confirmYes)) issueRequest(true);
});
