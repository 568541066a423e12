// The listbox below the palette's search: the focus stays in the search, which names the option that is active.
import { nothing, sectionOf } from "./rows.js";

export class List {
  constructor(search, results) {
    Object.assign(this, { search, results, moved: false });
    results.addEventListener("pointermove", ({ target }) => this.pointedAt(target.closest('[role="option"]')));
  }

  get options() {
    return [...this.results.querySelectorAll('[role="option"]:not([aria-disabled])')];
  }

  get active() {
    return document.getElementById(this.search.getAttribute("aria-activedescendant") ?? "");
  }

  /** `keeps`: what somebody went to stays active, if it is still there. */
  show(sections, without, keeps) {
    const { key } = (keeps && this.moved && this.active?.dataset) || {};
    this.moved &&= keeps;
    this.results.replaceChildren(...(sections.length ? sections.map(sectionOf) : [nothing(without)]));
    this.results.scrollTop = 0;
    this.activate(this.options.find(({ dataset }) => dataset.key === key) ?? this.options[0]);
  }

  append(section) {
    const wasEmpty = !this.options.length;
    if (wasEmpty) this.results.replaceChildren();
    this.results.append(sectionOf(section));
    if (wasEmpty) this.activate(this.options[0]);
  }

  activate(option, scrolls = true) {
    this.active?.removeAttribute("data-active");
    option?.setAttribute("data-active", "");
    if (option) this.search.setAttribute("aria-activedescendant", option.id);
    else this.search.removeAttribute("aria-activedescendant");
    // The first brings its heading with it.
    if (scrolls && option === this.options[0]) this.results.scrollTop = 0;
    else if (scrolls) option?.scrollIntoView({ block: "nearest" });
  }

  pointedAt(option) {
    if (!option || option === this.active || option.ariaDisabled) return;
    this.moved = true;
    this.activate(option, false);
  }

  move(by, wraps = true) {
    const all = this.options;
    if (!all.length) return;
    const to = all.indexOf(this.active) + by;
    this.moved = true;
    this.activate(all[wraps ? (to + all.length) % all.length : Math.max(0, Math.min(all.length - 1, to))]);
  }
}
