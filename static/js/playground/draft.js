// What is typed but not sent is kept by the server; what it does not have yet at a reload is kept by this tab.
import { headers } from "../csrf.js";

export class Draft {
  constructor(box, comparison) {
    this.box = box;
    this.key = `draft:${comparison}`;
    const kept = sessionStorage.getItem(this.key);
    if (kept !== null && kept !== box.value) {
      box.value = kept;
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
    box.addEventListener("input", () => sessionStorage.setItem(this.key, box.value));
    box.addEventListener("htmx:afterRequest", ({ detail }) => {
      if (detail.successful && detail.requestConfig?.parameters?.draft === box.value) sessionStorage.removeItem(this.key);
    });
    addEventListener("beforeunload", () => this.flush());
  }

  sent() {
    sessionStorage.removeItem(this.key);
  }

  /** A save that is still waiting for a pause in the typing goes now. */
  flush() {
    if (sessionStorage.getItem(this.key) === null) return;
    fetch(this.box.getAttribute("hx-post"), { method: "POST", body: new URLSearchParams({ draft: this.box.value }), headers: headers(), keepalive: true });
  }
}
