// Asks before what cannot be undone: <form data-confirm="Question?" data-confirm-detail="What it means." data-confirm-yes="Verb">,
// and in htmx's place: hx-confirm="Question?" with the same two attributes beside it.
const dialog = document.querySelector("[data-confirm-dialog]");
document.documentElement.dataset.asks = "";

export function ask(question, { confirmDetail = "", confirmYes = "Go ahead", confirmNo = "Cancel" }) {
  dialog.querySelector("[data-confirm-question]").textContent = question;
  dialog.querySelector("[data-confirm-detail]").textContent = confirmDetail;
  dialog.querySelector("[data-confirm-verb]").textContent = confirmYes;
  dialog.querySelector("[value=no]").textContent = confirmNo;
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
  if (!(await ask(form.dataset.confirm, form.dataset))) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(submitter);
  delete form.dataset.confirmed;
});

document.addEventListener("htmx:confirm", async (event) => {
  const { question, elt, issueRequest } = event.detail;
  if (!question) return;
  event.preventDefault();
  if (await ask(question, elt.dataset)) issueRequest(true);
});
