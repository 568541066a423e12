// Runs in the page under test before its own scripts: when it could be read and written in, in milliseconds since navigation.
(() => {
  const opened = { readable: null, ready: null, tasks: [] };

  function isReadable() {
    const last = [...document.querySelectorAll("[data-lane]")].at(-1)?.querySelector("[data-message]:last-child");
    if (!last || document.querySelectorAll("[data-lane]").length < 8) return false;
    const { top, bottom } = last.getBoundingClientRect();
    return bottom > 0 && top < innerHeight && last.textContent.trim() !== "";
  }

  // What is true when a frame is drawn is seen when the next one begins.
  function frame(now) {
    if (opened.readable === null && isReadable()) requestAnimationFrame((later) => (opened.readable = later));
    const isReady = document.querySelector("[data-comparison][data-line=open]") && document.activeElement?.matches("[data-composer]");
    if (opened.ready === null && isReady) requestAnimationFrame((later) => (opened.ready = later));
    if (opened.readable === null || opened.ready === null) requestAnimationFrame(frame);
  }

  requestAnimationFrame(frame);
  new PerformanceObserver((list) => opened.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask", buffered: true });
  window.opened = opened;

  /** Milliseconds from `act()` to the first frame after it in which `isDone()`. */
  window.timed = (act, isDone) =>
    new Promise((resolve) => {
      const began = performance.now();
      act();
      const look = () => (isDone() ? requestAnimationFrame(() => resolve(performance.now() - began)) : requestAnimationFrame(look));
      look();
    });

  /** Milliseconds that `act()` and the layout after it take. */
  window.taken = (act, element) => {
    const began = performance.now();
    act();
    element.getBoundingClientRect();
    return performance.now() - began;
  };
})();
