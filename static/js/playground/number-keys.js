// Numbers are texts, in which a mistake stays as it was written; arrows step them as if they were numbers, with Shift by ten.

function stepped({ value, dataset: { step, least, most } }, steps, rest) {
  const now = Number(value.trim() || rest);
  // The seed may be one that is rounded here.
  if (Number.isNaN(now) || Math.abs(now) > Number.MAX_SAFE_INTEGER) return value;
  const next = Math.min(Math.max(now + steps * Number(step), Number(least)), Number(most));
  // 0.1 + 0.2, without the noise.
  return String(Number(next.toFixed(10)));
}

const STEPS = { ArrowUp: 1, ArrowDown: -1 };

export function bindNumberKeys(host) {
  host.addEventListener("keydown", (event) => {
    const { target: field, key, shiftKey, ctrlKey, altKey, metaKey } = event;
    if (!(key in STEPS) || ctrlKey || altKey || metaKey || !field.matches("[data-step]")) return;
    event.preventDefault();
    const place = field.closest("[data-setting], [data-cell]");
    const { rest = 0 } = (place.querySelector("[data-slider]") ?? place).dataset;
    const text = stepped(field, STEPS[key] * (shiftKey ? 10 : 1), rest);
    if (text === field.value) return;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
