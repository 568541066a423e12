// The chart: one stop for the Tab key, arrow keys from bar to bar, and a bar's figures beside it.
const STEPS = { ArrowRight: 1, ArrowLeft: -1, PageDown: 7, PageUp: -7 };

function barsOf(chart) {
  return [...chart.querySelectorAll("[data-bar]")];
}

function line(letter, name, text) {
  const row = document.createElement("div");
  for (const [tag, content] of [["b", letter], ["span", name], ["span", text]]) {
    row.appendChild(document.createElement(tag)).textContent = content;
  }
  return row;
}

/** As the list of colours calls what has the part's. */
function partLine(chart, part) {
  const key = chart.querySelector(`.chart-keys [fill="${part.getAttribute("fill")}"]`).closest("li");
  return line(key.querySelector("b")?.textContent ?? "", key.querySelector(".chart-name").textContent, part.dataset.text);
}

/** The largest series on top, as in the bar. */
function say(bar) {
  const chart = bar.closest("[data-chart]");
  const tip = chart.querySelector("[data-tip]");
  const parts = [...bar.querySelectorAll("[data-amount]")].reverse();
  tip.replaceChildren(
    line("", bar.dataset.bar, bar.dataset.text),
    ...parts.map((part) => partLine(chart, part)),
  );
  tip.hidden = false;
  const field = tip.parentElement.getBoundingClientRect();
  const place = bar.querySelector(".chart-room").getBoundingClientRect();
  const right = place.right - field.left + 8;
  const left = place.left - field.left - 8 - tip.offsetWidth;
  tip.style.left = `${Math.max(0, right + tip.offsetWidth <= field.width ? right : left)}px`;
}

function hush(bar) {
  bar.closest("[data-chart]").querySelector("[data-tip]").hidden = true;
}

function goTo(bar, from) {
  from.tabIndex = -1;
  bar.tabIndex = 0;
  bar.focus();
}

for (const [name, verb] of [["mouseover", say], ["focusin", say], ["mouseout", hush], ["focusout", hush]]) {
  document.addEventListener(name, ({ target }) => {
    const bar = target.closest?.("[data-bar]");
    if (bar) verb(bar);
  });
}

document.addEventListener("keydown", (event) => {
  const bar = event.target.closest?.("[data-bar]");
  if (!bar || event.altKey || event.ctrlKey || event.metaKey) return;
  const bars = barsOf(bar.closest("[data-chart]"));
  const at = bars.indexOf(bar);
  const to = { Home: 0, End: bars.length - 1 }[event.key] ?? at + (STEPS[event.key] ?? NaN);
  if (Number.isNaN(to)) {
    if (event.key === "Escape") hush(bar);
    return;
  }
  event.preventDefault();
  goTo(bars[Math.max(0, Math.min(to, bars.length - 1))], bar);
});
