"""Images of a traced call: those that are in it come over, others are named as left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playground.errors import Refusal
from playground.images import fetching, keeping, reading
from playground.images.fitting import Picture
from playground.models import Comparison, Message
from playground.protocol import MOST_IMAGES
from tracing.chats import Said

#: Of an address that is named.
LETTERS = 80


@dataclass(frozen=True, slots=True)
class Brought:
    url: str
    #: Or why it does not come over.
    found: Picture | Refusal


def read(said: Said, role: str) -> list[Brought]:
    """Those of one message, decoded: no transaction is held meanwhile."""
    return [Brought(url, _read(url, role, place)) for place, url in enumerate(said.images)]


def _read(url: str, role: str, place: int) -> Picture | Refusal:
    found = fetching.DATA.match(url)
    if found is None:
        return Refusal("not_here", "It is not in the call itself, only its address.")
    if role != Message.Role.USER or place >= MOST_IMAGES:
        return Refusal("no_place", f"Only messages of the user have images, at most {MOST_IMAGES} each.")
    try:
        return reading.read(fetching.decoded(url[found.end() :]))
    except Refusal as refusal:
        return refusal


def write(comparison: Comparison, message: Message, brought: Sequence[Brought]) -> Iterator[str]:
    """Remarks about those that do not come over."""
    for each in brought:
        try:
            _write(comparison, message, each.found)
        except Refusal as refusal:
            yield f"An image is left out ({_shortened(each.url)}): {refusal.message}"


def _write(comparison: Comparison, message: Message, found: Picture | Refusal) -> None:
    if isinstance(found, Refusal):
        raise found
    keeping.attach(message, keeping.keep(comparison, found), reading.named("image", found.kind), found.note)


def _shortened(url: str) -> str:
    return url if len(url) <= LETTERS else f"{url[:LETTERS]}…"
