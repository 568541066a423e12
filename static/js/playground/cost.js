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
    this.lanes.addEventListener("htmx:afterSwap", () => {
      this.come = this.asked;
      composer.show();
    });
    // Not of one that another took the place of.
    for (const failed of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
      this.lanes.addEventListener(failed, () => (this.asked = null));
    }
  }

  show() {
    const { board, isWriting } = this.composer;
    const lanes = [...board.lanes.values()].map(({ element, revision }) => `${element.dataset.laneId}:${revision}`).join();
    if (isWriting && this.asked !== lanes) {
      this.asked = lanes;
      this.lanes.dispatchEvent(new Event("cost-wanted"));
    }
    this.button.hidden = !isWriting || this.come !== lanes || !this.reckon();
  }

  /** Returns whether any lane that would be asked has a price. */
  reckon() {
    const { box, images, role } = this.composer;
    const { perBytes, perMessage, perImage } = this.lanes.querySelector("table").dataset;
    const tokens = Number(perMessage) + Math.ceil(utf8.encode(role.value + box.value).length / perBytes);
    const rows = [...this.lanes.querySelectorAll("[data-cost-lane]")];
    const asked = rows.filter((row) => !(row.hidden = !box.value.trim() && !("sees" in row.dataset)));
    const sum = { likely: 0, most: 0 };
    for (const row of asked) {
      const own = this.lane(row, tokens + ("sees" in row.dataset ? images.ids.length * perImage : 0));
      for (const name of ["likely", "most"]) sum[name] += own[name];
    }
    this.say(this.lanes.querySelector("tfoot"), sum);
    const count = document.createElement("span");
    count.className = "label";
    count.textContent = ` for ${asked.length} ${asked.length === 1 ? "lane" : "lanes"}`;
    this.button.replaceChildren(`≈ ${usd(sum.likely)}`, count);
    return asked.length > 0;
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
