"""Whether something is marked as copied, which it is for a moment only: a busy machine may not look in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator

from tests.journeys.waiting import until

WATCH = """(place) => {
  const seen = { mark: false };
  const isMarked = ({ target }) => "copied" in target.dataset && target.checkVisibility({ visibilityProperty: true });
  new MutationObserver((changes) => (seen.mark ||= changes.some(isMarked))).observe(place, {
    attributeFilter: ["data-copied"],
    subtree: true,
  });
  return seen;
}"""


@contextmanager
def marked(place: Locator) -> Iterator[None]:
    """Something in the place is, by what is done meanwhile."""
    seen = place.evaluate_handle(WATCH)
    yield
    until(place.page, "(seen) => seen.mark", seen)
