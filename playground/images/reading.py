"""What bytes are: an image that models take, upright and of a size that they have a use for; or a sentence why not.

Its own first bytes say what it is: neither a name nor what was claimed counts. All of it is decoded once, so that what
is kept is whole; dimensions are looked at before that.
"""

from __future__ import annotations

import io
import logging
import re
import threading
from dataclasses import dataclass
from pathlib import PurePath

import PIL.Image
from PIL import ImageOps

from playground.errors import Refusal

log = logging.getLogger(__name__)

#: As they come, and as they are kept: no model sees more of a larger one, and each turn sends all of them again.
MOST_BYTES, KEPT_BYTES = 20_000_000, 4_000_000
#: Pixels: what is larger is refused before it is decoded, as a bomb would be, or made smaller.
MOST_SIDE, MOST_PIXELS, LONGEST_SIDE = 16_384, 36_000_000, 2_048
LONGEST_NAME = 100
#: What the first bytes say, and the usual endings of names.
KINDS = {"png": (".png",), "jpeg": (".jpg", ".jpeg"), "webp": (".webp",), "gif": (".gif",)}
OTHERS = {
    "an SVG drawing": re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml|<!--|<!DOCTYPE svg|<svg).{0,3000}", re.DOTALL),
    "a HEIC photo": re.compile(rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL),
    "an AVIF image": re.compile(rb".{4}ftypavi[fs]", re.DOTALL),
}
ORIENTATION = 0x0112
#: Decoded, one of them may have 150 MB: only one at a time.
_one = threading.Lock()


@dataclass(frozen=True, slots=True)
class Picture:
    content: bytes
    kind: str
    width: int
    height: int
    #: What was changed of what came; empty if nothing was.
    note: str = ""


def read(content: bytes) -> Picture:
    """Raises Refusal."""
    if len(content) > MOST_BYTES:
        raise Refusal("image_too_large", f"An image has at most {MOST_BYTES // 1_000_000} MB.")
    kind = kind_of(content)
    try:
        with _one, PIL.Image.open(io.BytesIO(content), formats=(kind.upper(),)) as image:
            _check_size(*image.size)
            return _picture(image, kind, content)
    except Refusal:
        raise
    except (PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning) as error:
        raise _too_large("The image says that it has very many pixels") from error
    except Exception as error:
        # A decoder fails in many ways with what was made to break it; should the fault be ours, the log has it.
        log.info("an image could not be decoded", exc_info=True)
        what = "It begins like an image, but cannot be decoded: it is broken, or not all of it is there."
        raise Refusal("not_an_image", what) from error


def kind_of(content: bytes) -> str:
    """Raises Refusal that says what it is instead, where that is known."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    other = next((name for name, looks in OTHERS.items() if looks.match(content)), "")
    what = f"This is {other}, which models do not take." if other else "This is no image that models take."
    raise Refusal("not_an_image", f"{what} Use PNG, JPEG, WebP or GIF.")


def named(name: str, kind: str) -> str:
    """A file's name for what is kept: without a path and what cannot be seen, with the ending of its kind."""
    last = re.split(r"[/\\]", name)[-1]
    seen = " ".join("".join(letter for letter in last if letter.isprintable()).split()).strip(". ")
    path = PurePath(seen or "image")
    ending = path.suffix if path.suffix.lower() in KINDS[kind] else KINDS[kind][0]
    is_image = any(path.suffix.lower() in endings for endings in KINDS.values())
    stem = path.stem if is_image else path.name
    return stem[: LONGEST_NAME - len(ending) - 5] + ending


def _check_size(width: int, height: int) -> None:
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS:
        raise _too_large(f"The image has {width:,} × {height:,} pixels")


def _too_large(what: str) -> Refusal:
    most = f"{MOST_PIXELS // 1_000_000} million in all and {MOST_SIDE:,} a side"
    return Refusal("image_too_large", f"{what}; at most {most} are taken.")


def _picture(image: PIL.Image.Image, kind: str, content: bytes) -> Picture:
    is_animated = kind != "jpeg" and getattr(image, "is_animated", False)
    orientation = image.getexif().get(ORIENTATION, 1)
    was = image.size[::-1] if orientation in (5, 6, 7, 8) else image.size
    is_large = max(was) > LONGEST_SIDE or len(content) > KEPT_BYTES
    if is_large:
        # Of a photo no more is decoded than is needed.
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    if not (is_animated or is_large or orientation in range(2, 9)):
        return Picture(content, kind, *was)
    made, kind, content = _written(ImageOps.exif_transpose(image), kind)
    notes = ["first frame of an animation"] * is_animated
    notes += [f"resized from {was[0]} × {was[1]}"] * (made.size != was)
    return Picture(content, kind, *made.size, note=", ".join(notes))


def _written(image: PIL.Image.Image, kind: str) -> tuple[PIL.Image.Image, str, bytes]:
    """Small enough to be kept. Of what moves, its first frame."""
    is_clear = image.has_transparency_data
    image = image.convert("RGBA" if is_clear else "RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    kind = "png" if kind == "gif" else kind
    while len(content := _encoded(image, kind)) > KEPT_BYTES:
        if kind == "png" and not is_clear:
            kind = "jpeg"
        else:
            image = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)))
    return image, kind, content


def _encoded(image: PIL.Image.Image, kind: str) -> bytes:
    written = io.BytesIO()
    image.save(written, kind.upper(), **({} if kind == "png" else {"quality": 90}))
    return written.getvalue()
