// On a phone one lane fills the width: tabs with letter, name and state say which, and lead to the others.

function tab(lane) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "lane-tab";
  button.dataset.tab = lane.letter;
  const letter = document.createElement("span");
  letter.className = "lane-letter";
  letter.textContent = lane.letter;
  const name = document.createElement("span");
  name.className = "lane-tab-name";
  name.textContent = lane.element.querySelector(".lane-model-name")?.textContent ?? "";
  const dot = document.createElement("span");
  dot.className = "state-dot";
  button.append(letter, " ", name, dot);
  button.addEventListener("click", () => lane.element.scrollIntoView({ block: "nearest", inline: "start" }));
  return button;
}

export class Tabs {
  constructor(board) {
    this.board = board;
    this.strip = document.createElement("nav");
    this.strip.className = "lane-tabs";
    this.strip.setAttribute("aria-label", "Lanes");
    board.element.before(this.strip);
    this.watcher = new IntersectionObserver((entries) => entries.forEach((entry) => this.saw(entry)), { root: board.element, threshold: 0.6 });
    board.element.addEventListener("lane:state", () => this.show());
    this.show();
  }

  show() {
    const lanes = [...this.board.lanes.values()];
    const key = lanes.map(({ element }) => element.getAttribute("aria-label")).join();
    if (key !== this.key) {
      this.key = key;
      this.strip.replaceChildren(...lanes.map(tab));
      this.visible = new Set();
      this.watcher.disconnect();
      for (const { element } of lanes) this.watcher.observe(element);
    }
    lanes.forEach(({ element }, at) => {
      const button = this.strip.children[at];
      button.dataset.state = element.dataset.state;
      // With the words that are seen, as they are seen: whoever speaks to the machine says those.
      const waits = "waits" in element.dataset;
      button.toggleAttribute("data-waits", waits);
      button.title = `${button.textContent}, ${waits ? "waits for a result" : element.dataset.state}`;
      button.setAttribute("aria-label", button.title);
    });
  }

  saw({ target, isIntersecting }) {
    if (isIntersecting) this.visible.add(target.dataset.lane);
    else this.visible.delete(target.dataset.lane);
    const button = this.strip.querySelector(`[data-tab="${[...this.visible].at(-1)}"]`);
    if (!button) return;
    for (const other of this.strip.children) other.removeAttribute("aria-current");
    button.setAttribute("aria-current", "true");
    // Not scrollIntoView: that would move the page as well.
    this.strip.scrollTo({ left: button.offsetLeft - 16 });
  }
}
