"""Images of a file: checked as if they were uploaded, before anything of it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from playground import portable
from playground.errors import Refusal
from playground.images import fetching, keeping, reading
from playground.images.fitting import Picture
from playground.images.rows import Attachment
from playground.models import Comparison, Message


def read(file: portable.Portable) -> dict[str, Picture]:
    """By the digests in the file. Raises Refusal that names the place."""
    pictures: dict[str, Picture] = {}
    left = keeping.MOST_IN_COMPARISON
    for digest, text in file.images.items():
        pictures[digest] = _read(digest, text)
        left -= len(pictures[digest].content)
        if left < 0:
            raise portable.broken("images", f"A comparison keeps at most {keeping.MOST_IN_COMPARISON:,} bytes of them")
    return pictures


def _read(digest: str, text: str) -> Picture:
    where = f"images.{digest[:12]}…"
    try:
        content = fetching.decoded(text)
        if sha256(content).hexdigest() != digest:
            raise Refusal("not_an_image", "It has another digest than the one it stands under.")
        return reading.read(content)
    except Refusal as refusal:
        raise portable.broken(where, refusal.message.rstrip(".")) from refusal


def write(
    comparison: Comparison, said: Sequence[tuple[Message, portable.Message]], pictures: Mapping[str, Picture]
) -> Iterator[str]:
    """Remarks about what is not in the file."""
    #: A thousand messages may show the same: it is kept, and told apart from others, once.
    known: dict[tuple[str, str, str], Attachment] = {}
    for message, read in said:
        for each in read.images:
            picture, key = pictures.get(each.sha256), (each.sha256, each.name, each.note)
            if picture is None:
                yield f"The image “{each.name}” is not in the file, so its message is without it."
            elif key in known:
                keeping.show([known[key]], message)
            else:
                image = keeping.keep(comparison, picture)
                name = reading.named(each.name, picture.kind)
                known[key] = keeping.attach(message, image, name, each.note)
