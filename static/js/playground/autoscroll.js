// A lane follows its tail while its reader is there; whoever scrolled up is left alone, with a way back.

const NEAR = 8;
const scrollers = new WeakMap();
// Called when the layout is known and nothing is painted yet: following costs no layout of its own.
const watcher = new ResizeObserver((entries) => entries.forEach(({ target }) => scrollers.get(target).follow()));

export class Autoscroll {
  constructor(lane) {
    this.scroller = lane.querySelector("[data-lane-scroll]");
    this.pill = lane.querySelector("[data-jump-latest]");
    // Who came for one message is brought to it by its address.
    const goal = document.getElementById(location.hash.slice(1));
    this.following = !lane.contains(goal ?? document);
    this.last = 0;
    this.kept = null;
    for (const element of [lane.querySelector("[data-messages]"), this.scroller]) {
      scrollers.set(element, this);
      watcher.observe(element);
    }
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.scroller.addEventListener("wheel", ({ deltaY }) => deltaY < 0 && this.release(), { passive: true });
    this.pill.addEventListener("click", () => this.jump());
    if (!this.following) goal.scrollIntoView({ block: "nearest" });
  }

  follow() {
    const { scrollHeight, clientHeight } = this.scroller;
    if (this.following) this.scroller.scrollTop = this.last = scrollHeight - clientHeight;
    this.show();
  }

  /** The wheel turns before the scrolling it causes is known. */
  release() {
    if (this.scroller.scrollTop > 0) this.following = false;
  }

  /** What is at the top stays there, whatever grows below it, until somebody scrolls. */
  keep() {
    this.following = false;
    this.kept = this.last = this.scroller.scrollTop;
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (scrollTop === this.kept) return this.show();
    this.kept = null;
    if (scrollHeight - clientHeight - scrollTop <= NEAR) this.following = true;
    else if (scrollTop < this.last - 1) this.following = false;
    this.last = scrollTop;
    this.show();
  }

  show() {
    const hidden = this.following || (this.kept !== null && this.isAtEnd);
    if (this.pill.hidden !== hidden) this.pill.hidden = hidden;
  }

  get isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - clientHeight - scrollTop <= NEAR;
  }

  /** Brings it to the top; from then on nothing carries its reader away, but the lane's end follows again. */
  goTo(element) {
    this.following = false;
    const { paddingTop } = getComputedStyle(this.scroller);
    this.scroller.scrollTop += element.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top - parseFloat(paddingTop);
    this.scrolled();
  }

  jump() {
    this.following = true;
    this.follow();
    this.scroller.focus({ preventScroll: true });
  }
}
