// Calls of functions while their arguments are being written; their ends come from the server as cards.
import { finishAll } from "./highlighting.js";

/** As many characters as the server's cards show. */
const SHOWN = 4000;

export class LiveCalls {
  constructor(place) {
    this.place = place;
    this.restore([]);
  }

  get any() {
    return this.calls.length > 0;
  }

  take(pieces) {
    for (const [at, name, text] of pieces) {
      const call = (this.calls[at] ??= { name: "", text: "", shown: 0 });
      call.name += name;
      call.text += text;
    }
  }

  /** All there is of them. */
  restore(calls) {
    this.calls = calls.map(([name, text]) => ({ name, text, shown: 0 }));
    this.place.replaceChildren();
  }

  render() {
    for (const call of this.calls) {
      if (!call.card) this.show(call);
      if (call.title.textContent !== call.name) {
        call.title.textContent = call.name;
        call.card.ariaLabel = `Call of ${call.name}`;
      }
      call.code.append(call.text.slice(call.shown, SHOWN));
      call.shown = Math.min(call.text.length, SHOWN);
    }
  }

  show(call) {
    const card = document.querySelector("[data-live-call]").content.firstElementChild.cloneNode(true);
    Object.assign(call, { card, title: card.querySelector("[data-live-name]"), code: card.querySelector("code:not([data-live-name])") });
    this.place.append(card);
  }

  finish(html) {
    this.calls = [];
    this.place.innerHTML = html;
    finishAll(this.place);
  }
}
