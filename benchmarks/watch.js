// Runs in the page under test: when marks became visible, how many frames were shown, which tasks were long.
(() => {
  const MARK = /·(\d+)·/g;
  const TAIL = 400;
  const seen = {};
  const tasks = [];
  const frames = [];
  const now = () => (performance.timeOrigin + performance.now()) / 1000;

  // The last characters of an answer, from its last text nodes backwards: reading all of it would be work of its own.
  function tail(answer) {
    const walker = document.createTreeWalker(answer, NodeFilter.SHOW_TEXT);
    let node = answer;
    while (node.lastChild) node = node.lastChild;
    walker.currentNode = node;
    let text = "";
    for (let at = node.nodeType === Node.TEXT_NODE ? node : walker.previousNode(); at && text.length < TAIL; at = walker.previousNode()) {
      text = at.data + text;
    }
    return text;
  }

  // Only answers that changed are looked at: what this makes is collected in the page's own time.
  const changed = new Set();
  new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
      const answer = element?.closest('[data-answer="latest"]');
      if (answer) changed.add(answer);
    }
  }).observe(document.body, { childList: true, characterData: true, subtree: true });

  function frame() {
    const time = now();
    frames.push(time);
    for (const answer of changed) {
      const marks = (seen[answer.closest("[data-lane]").dataset.lane] ??= {});
      for (const [, number] of tail(answer).matchAll(MARK)) marks[number] ??= time;
    }
    changed.clear();
    requestAnimationFrame(frame);
  }

  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) tasks.push([(performance.timeOrigin + entry.startTime) / 1000, entry.duration]);
  }).observe({ type: "longtask" });
  requestAnimationFrame(frame);
  window.watched = () => ({ seen, tasks, frames });
})();
