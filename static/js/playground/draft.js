// What is typed but not sent is kept by the server; what it does not have yet at a reload is kept by this tab.
import { headers } from "../csrf.js";

export class Draft {
  constructor(box, comparison) {
    this.box = box;
    this.key = `draft:${comparison}`;
    /** The page that comes next may have been made before what is saved now. */
    this.isLeaving = false;
    const kept = sessionStorage.getItem(this.key);
    /** What the box held was sent; a tab that finds it so again may still be sending it. */
    this.isSent = kept === "";
    if (kept === box.value) this.forget();
    else if (kept !== null) {
      box.value = kept;
      if (kept) box.dispatchEvent(new Event("input", { bubbles: true }));
    }
    box.addEventListener("input", () => {
      this.isLeaving = this.isSent = false;
      sessionStorage.setItem(this.key, box.value);
    });
    // The box has been emptied: a save that was waiting for a pause in the typing would take from the server what it keeps.
    box.addEventListener("htmx:configRequest", (event) => this.isSent && event.preventDefault());
    box.addEventListener("htmx:afterRequest", ({ detail }) => {
      if (!this.isLeaving && detail.successful && detail.requestConfig?.parameters?.draft === box.value) this.forget();
    });
    addEventListener("beforeunload", () => this.flush());
  }

  forget() {
    sessionStorage.removeItem(this.key);
  }

  /** The box is empty. What the server has of it stays the draft there until it has the message. */
  sent() {
    this.isSent = true;
    sessionStorage.setItem(this.key, "");
  }

  /** Nothing is on its way any more: a draft that the server has by now is another tab's. */
  arrived() {
    if (this.isSent) this.forget();
  }

  /** A save that is still waiting for a pause in the typing goes now. */
  flush() {
    if (this.isSent || sessionStorage.getItem(this.key) === null) return;
    this.isLeaving = true;
    fetch(this.box.getAttribute("hx-post"), { method: "POST", body: new URLSearchParams({ draft: this.box.value }), headers: headers(), keepalive: true });
  }
}
