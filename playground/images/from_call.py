"""Images of a traced call: those that are in it come over, others are named as left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from playground.errors import Refusal
from playground.images import fetching, keeping, reading
from playground.models import Comparison, Message
from playground.protocol import MOST_IMAGES

#: Of an address that is named.
LETTERS = 80


def carry(comparison: Comparison, message: Message, urls: Sequence[str]) -> Iterator[str]:
    """Remarks about those that do not come over."""
    for place, url in enumerate(urls):
        try:
            _carry(comparison, message, url, place)
        except Refusal as refusal:
            yield f"An image is left out ({_shortened(url)}): {refusal.message}"


def _carry(comparison: Comparison, message: Message, url: str, place: int) -> None:
    found = fetching.DATA.match(url)
    if found is None:
        raise Refusal("not_here", "It is not in the call itself, only its address.")
    if message.role != Message.Role.USER or place >= MOST_IMAGES:
        raise Refusal("no_place", f"Only messages of the user have images, at most {MOST_IMAGES} each.")
    picture = reading.read(fetching.decoded(url[found.end() :]))
    keeping.attach(message, keeping.keep(comparison, picture), reading.named("image", picture.kind), picture.note)


def _shortened(url: str) -> str:
    return url if len(url) <= LETTERS else f"{url[:LETTERS]}…"
