// Lanes were added, closed or changed: the board is fetched again, and what did not change stays untouched.

export async function refresh(board) {
  const answer = await fetch(board.element.dataset.board, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-comparison]");
  const old = new Map([...board.element.querySelectorAll("[data-lane]")].map((lane) => [lane.dataset.laneId, lane]));
  for (const lane of fresh.querySelectorAll("[data-lane]")) {
    const known = old.get(lane.dataset.laneId);
    old.delete(lane.dataset.laneId);
    const now = known ? renew(known, lane) : document.importNode(lane, true);
    board.element.append(now);
    window.htmx?.process(now);
  }
  for (const gone of old.values()) gone.remove();
  board.element.dataset.lanes = fresh.dataset.lanes;
  board.findLanes();
}

/** Its header may name another model now; its transcript comes in frames of its own. */
function renew(lane, fresh) {
  const [was, is] = [lane.querySelector(".lane-head"), fresh.querySelector(".lane-head")];
  if (was.textContent !== is.textContent) was.replaceWith(document.importNode(is, true));
  lane.setAttribute("aria-label", fresh.getAttribute("aria-label"));
  return lane;
}
