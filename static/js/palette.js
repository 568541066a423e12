// The palette of Cmd/Ctrl+K: arrow keys choose, Enter opens or does, several models can be ticked and compared.
import { actions, fetchIndex, lookedUp, lookUp } from "./palette/entries.js";
import { find } from "./palette/finding.js";
import { List } from "./palette/list.js";
import { remember } from "./palette/recent.js";
import { Ticks } from "./palette/ticks.js";

/** A pause in the typing, after which the server is asked, and one after which the count is read out. */
const LOOK_UP_AFTER = 150;
const SAID_AFTER = 500;
const PAGE = 8;

class Palette {
  constructor(dialog) {
    this.dialog = dialog;
    this.search = dialog.querySelector("[data-palette-search]");
    this.count = dialog.querySelector("[data-palette-count]");
    const results = dialog.querySelector("[data-palette-results]");
    this.list = new List(this.search, results);
    this.ticks = new Ticks(dialog);
    this.search.addEventListener("input", () => this.asked());
    this.search.addEventListener("keydown", (event) => this.pressed(event));
    results.addEventListener("click", (event) => this.clicked(event));
    dialog.addEventListener("close", () => this.closed());
  }

  open() {
    document.dispatchEvent(new CustomEvent("palette-opening"));
    // A menu that is open closes when the dialog comes, and its button gets the focus back.
    const menu = document.activeElement.closest("[popover]");
    this.back = menu ? document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`) : document.activeElement;
    this.actions = actions();
    this.index = null;
    this.search.value = "";
    this.ticks.clear();
    this.show();
    this.dialog.showModal();
    this.search.focus();
    this.ready = fetchIndex(this.dialog.dataset.search).then((index) => {
      this.index = index ?? [];
      this.show(true);
    });
  }

  closed() {
    this.looking?.abort();
    clearTimeout(this.pause);
    clearTimeout(this.saying);
    if (document.activeElement === document.body) this.back?.focus({ preventScroll: true });
  }

  get query() {
    return this.search.value.trim();
  }

  show(keeps = false) {
    const known = [...this.actions, ...(this.index ?? [])];
    const keys = new Set(known.map(({ key }) => key));
    const more = this.query ? lookedUp().filter(({ key }) => !keys.has(key)) : [];
    const sections = find(this.query, [...known, ...more]);
    this.entries = new Map(sections.flatMap(({ entries }) => entries.map((entry) => [entry.key, entry])));
    this.total = sections.reduce((sum, { of }) => sum + of, 0);
    this.list.show(sections, this.index && this.query, keeps);
    this.ticks.show();
    this.sayCount();
  }

  asked() {
    this.show();
    this.looking?.abort();
    clearTimeout(this.pause);
    if (this.query.length > 1) this.pause = setTimeout(() => this.look(), LOOK_UP_AFTER);
  }

  /** What the server finds comes below all that is there: nothing moves from under a hand that is about to choose. */
  async look() {
    const { signal } = (this.looking = new AbortController());
    const came = await lookUp(this.dialog.dataset.search, this.query, signal);
    // All that is known without words may have come meanwhile.
    const known = new Set(this.index?.map(({ key }) => key));
    const fresh = came.filter(({ key }) => !known.has(key));
    if (signal.aborted || !fresh.length) return;
    const [{ group }] = fresh;
    const isMore = [...this.entries.values()].some((entry) => entry.group === group);
    for (const entry of fresh) this.entries.set(entry.key, entry);
    this.total += fresh.length;
    this.list.append({ title: isMore ? `More ${group.toLowerCase()}` : group, entries: fresh });
    this.sayCount();
  }

  /** Read out when the typing rests. */
  say(sentence) {
    clearTimeout(this.saying);
    this.saying = setTimeout(() => (this.count.textContent = sentence), SAID_AFTER);
  }

  sayCount() {
    const { total } = this;
    this.say(total ? `${total} ${total === 1 ? "result" : "results"}` : this.query && "No results");
  }

  pressed(event) {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      ArrowDown: () => this.list.move(1),
      ArrowUp: () => this.list.move(-1),
      PageDown: () => this.list.move(PAGE, false),
      PageUp: () => this.list.move(-PAGE, false),
      Enter: () => (event.shiftKey ? this.tick(this.list.active) : this.enter()),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** Who types faster than the entries come means the first of them. */
  async enter() {
    if (this.ticks.any) return this.ticks.compare();
    if (!this.index) await this.ready;
    if (this.dialog.open) this.choose(this.list.active);
  }

  clicked(event) {
    const option = event.target.closest('[role="option"]:not([aria-disabled])');
    if (!option) return;
    if (option.dataset.paletteModel && (event.target.closest("[data-palette-tick]") || event.shiftKey)) this.tick(option);
    else this.choose(option);
  }

  tick(option) {
    const sentence = option && this.ticks.toggle(this.entries.get(option.dataset.key));
    if (sentence) this.say(sentence);
    this.search.focus();
  }

  choose(option) {
    const entry = option && this.entries.get(option.dataset.key);
    if (!entry) return;
    remember(entry.key);
    // The focus is back where it was before anything is done there.
    this.dialog.close();
    if (entry.command) entry.run();
    else if (entry.project_id) this.switchTo(entry.project_id);
    else location.assign(entry.url);
  }

  switchTo(project) {
    const field = this.dialog.querySelector("[data-palette-project]");
    field.value = project;
    field.form.requestSubmit();
  }
}

const dialog = document.querySelector("[data-palette]");
const palette = dialog && new Palette(dialog);

export function togglePalette() {
  if (palette.dialog.open) palette.dialog.close();
  else palette.open();
}

document.addEventListener("click", ({ target }) => target.closest?.("[data-palette-open]") && togglePalette());
