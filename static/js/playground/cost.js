// Beside the send button: what the message that is being written may cost in all lanes, and how that is reckoned. The
// server says what each lane costs so far, once after each change of the lanes; the message is added here.

const PICO = 1e12;
const utf8 = new TextEncoder();

/** With commas between thousands. Intl would take a long task for the figures of eight lanes. */
function written(value, places = 0) {
  const [whole, ...rest] = value.toFixed(places).split(".");
  return [whole.replace(/\B(?=(?:\d{3})+$)/g, ","), ...rest].join(".");
}

/** As common/money.py writes a small cost. */
function usd(amount) {
  const value = amount / PICO;
  const places = value === 0 || value >= 1 ? 2 : Math.max(2, 1 - Math.floor(Math.log10(value)));
  return `$${written(value, places)}`;
}

function put(within, name, text) {
  within.querySelector(`[data-${name}]`).textContent = text;
}

export class Cost {
  constructor(composer) {
    this.composer = composer;
    this.button = composer.form.querySelector("[data-cost]");
    this.lanes = document.querySelector("[data-cost-lanes]");
    /** The lanes as they stood when the server was asked, and when it was asked what it has answered. */
    this.asked = this.answered = null;
    this.lanes.addEventListener("htmx:afterSwap", () => {
      this.answered = this.asked;
      this.show();
    });
    // A request that another took the place of is aborted, and says none of these.
    for (const failed of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
      this.lanes.addEventListener(failed, () => (this.asked = null));
    }
  }

  /** The lanes as they stand. */
  get now() {
    return [...this.composer.board.lanes.values()].map(({ element, revision }) => `${element.dataset.laneId}:${revision}`).join();
  }

  show() {
    const { now } = this;
    const { isWriting } = this.composer;
    if (isWriting && this.asked !== now) {
      this.asked = now;
      this.lanes.dispatchEvent(new Event("cost-wanted"));
    }
    this.button.hidden = !isWriting || this.answered !== now || !this.reckon();
  }

  /** Returns whether any lane that would be asked has a price. */
  reckon() {
    const { box, images, role } = this.composer;
    const { perBytes, perMessage, perImage } = this.lanes.querySelector("table").dataset;
    const text = Number(perMessage) + Math.ceil(utf8.encode(role.value + box.value).length / perBytes);
    const isWordless = !box.value.trim();
    const sum = { likely: 0, most: 0 };
    let count = 0;
    for (const row of this.lanes.querySelectorAll("[data-cost-lane]")) {
      const sees = "sees" in row.dataset;
      // Images alone are nothing that it could be asked.
      row.hidden = isWordless && !sees;
      if (row.hidden) continue;
      const own = this.lane(row, text + (sees ? images.ids.length * perImage : 0));
      for (const name of ["likely", "most"]) sum[name] += own[name];
      count += 1;
    }
    this.say(this.lanes.querySelector("tfoot"), sum);
    this.sayShort(sum.likely, count);
    return count > 0;
  }

  sayShort(likely, count) {
    const whom = document.createElement("span");
    whom.className = "label";
    whom.textContent = ` for ${count} ${count === 1 ? "lane" : "lanes"}`;
    this.button.replaceChildren(`≈ ${usd(likely)}`, whom);
  }

  /** What nobody limits is NaN at most. */
  lane(row, message) {
    const { prompt, answer, limit, trials, input, output } = row.dataset;
    const given = Number(prompt) + message;
    const cost = (answered) => trials * (given * input + answered * output);
    const own = { likely: cost(answer), most: limit ? cost(limit) : NaN };
    put(row, "prompt-tokens", `~${written(given)}`);
    this.say(row, own);
    return own;
  }

  say(row, { likely, most }) {
    put(row, "likely", usd(likely));
    put(row, "most", Number.isNaN(most) ? "–" : usd(most));
  }
}
