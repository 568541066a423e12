// A lane follows its tail while its reader is there; whoever scrolled up is left alone, with a way back.
import { eachFrame } from "./frame.js";

const NEAR = 6;
const grown = new Set();
const tails = new WeakMap();

eachFrame(() => {
  for (const tail of grown) tail.follow();
  grown.clear();
});

export class Tail {
  constructor(lane) {
    this.scroller = lane.querySelector("[data-lane-scroll]");
    this.pill = lane.querySelector("[data-jump-latest]");
    this.following = true;
    this.last = 0;
    tails.set(this.scroller, this);
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.scroller.addEventListener("wheel", ({ deltaY }) => deltaY < 0 && this.release(), { passive: true });
    this.pill?.addEventListener("click", () => this.jump());
  }

  grew() {
    grown.add(this);
  }

  /** After something that is not growth: stays at the end if that is where it was. */
  settle() {
    grown.add(this);
    requestAnimationFrame(() => this.follow());
  }

  follow() {
    if (this.following) this.scroller.scrollTop = this.last = 1e7;
    if (this.pill) this.pill.hidden = this.following;
  }

  release() {
    if (this.scroller.scrollHeight > this.scroller.clientHeight) this.following = false;
    if (this.pill) this.pill.hidden = this.following;
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (scrollHeight - clientHeight - scrollTop <= NEAR) this.following = true;
    else if (scrollTop < this.last) this.following = false;
    this.last = scrollTop;
    if (this.pill) this.pill.hidden = this.following;
  }

  jump() {
    this.following = true;
    this.follow();
    this.scroller.focus({ preventScroll: true });
  }
}
