"""An image as models have a use for it: upright, still, of so many pixels and bytes; as it came, if it is that already.

Most of the time goes into what is left out: pixels are thrown away before anything else is done with the others.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from math import sqrt

import PIL.Image
from PIL import ImageOps

from playground.images.decoding import room

#: As they are kept: no model sees more of a larger one, and each turn sends all of them again.
KEPT_BYTES, LONGEST_SIDE = 4_000_000, 2_048
ORIENTATION = 0x0112
#: Level 6, Pillow's own, takes twice as long for a tenth less; so does WebP's method 4.
PNG, LOSSY, QUICK = {"compress_level": 3}, {"quality": 90}, {"quality": 90, "method": 2}
OPTIONS = {"png": PNG, "jpeg": LOSSY, "webp": QUICK}


@dataclass(frozen=True, slots=True)
class Picture:
    content: bytes
    kind: str
    width: int
    height: int
    #: What was changed of what came; empty if nothing was.
    note: str = ""


def fitted(image: PIL.Image.Image, kind: str, content: bytes) -> Picture:
    """`image` is opened, not decoded. All of it is decoded once, so that what is kept is whole."""
    with room(kind, image.size):
        is_animated = kind != "jpeg" and getattr(image, "is_animated", False)
        orientation = image.getexif().get(ORIENTATION, 1)
        was = image.size[::-1] if orientation in (5, 6, 7, 8) else image.size
        is_large = max(was) > LONGEST_SIDE or len(content) > KEPT_BYTES
        if not (is_animated or is_large or orientation in range(2, 9)):
            image.load()
            return Picture(content, kind, *was)
        small = ImageOps.exif_transpose(shrunk(image, LONGEST_SIDE))
        # What takes more bytes than are kept, pixel by pixel, would do so again.
        is_heavy = len(content) * _pixels(small.size) / _pixels(was) > KEPT_BYTES
        made, kind, content = _written(small, kind, is_heavy=is_heavy)
        notes = ["first frame of an animation"] * is_animated
        notes += [f"resized from {was[0]} × {was[1]}"] * (made.size != was)
        return Picture(content, kind, *made.size, note=", ".join(notes))


def shrunk(image: PIL.Image.Image, side: int) -> PIL.Image.Image:
    """In colours that every kind can be written in."""
    # Of a photo no more is decoded than is needed.
    image.draft("RGB", (side, side))
    colours = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode not in (colours, "L") or "transparency" in image.info:
        image = image.convert(colours)
    # Averages blocks of pixels down to the size wanted or a little more, and only then computes what lies between.
    image.thumbnail((side, side), reducing_gap=1.0)
    return image if image.mode == colours else image.convert(colours)


def _written(image: PIL.Image.Image, kind: str, *, is_heavy: bool) -> tuple[PIL.Image.Image, str, bytes]:
    """Small enough to be kept."""
    lossy = "webp" if image.mode == "RGBA" else "jpeg"
    kind = "png" if kind == "gif" else kind
    kind = lossy if is_heavy and kind == "png" else kind
    while len(content := encoded(image, kind)) > KEPT_BYTES:
        if kind == "png":
            kind = lossy
        else:
            image = _smaller(image, by=sqrt(KEPT_BYTES / len(content)) * 0.9)
    return image, kind, content


def _smaller(image: PIL.Image.Image, by: float) -> PIL.Image.Image:
    width, height = image.size
    return image.resize((max(1, int(width * by)), max(1, int(height * by))))


def encoded(image: PIL.Image.Image, kind: str) -> bytes:
    written = io.BytesIO()
    image.save(written, kind.upper(), **OPTIONS[kind])
    return written.getvalue()


def _pixels(size: tuple[int, int]) -> int:
    return size[0] * size[1]
