"""What bytes are: an image that models take, upright and of a size that they have a use for; or a sentence why not.

Its own first bytes say what it is: neither a name nor what was claimed counts. All of it is decoded once, so that what
is kept is whole; dimensions are looked at before that.
"""

from __future__ import annotations

import io
import logging
import re
from pathlib import PurePath

import PIL.Image

from playground.errors import Refusal
from playground.images import fitting
from playground.images.fitting import Picture

log = logging.getLogger(__name__)

#: As they come.
MOST_BYTES = 20_000_000
#: Pixels: what is larger is refused before it is decoded, as a bomb would be.
MOST_SIDE, MOST_PIXELS = 16_384, 36_000_000
#: Passes of a progressive JPEG over all its pixels; ten are usual, and an empty one takes 60 bytes and 20 ms.
MOST_SCANS = 100
#: How each begins. Among pixels FF is followed by 00; the length and the count of components that follow keep apart
#: what is no scan, as the film behind a photo of a phone.
SCAN = re.compile(rb"\xff\xda\x00(?:\x06\x00|\x08\x01|\x0a\x02|\x0c\x03|\x0e\x04)")
LONGEST_NAME = 100
#: What the first bytes say, and the usual endings of names.
KINDS = {"png": (".png",), "jpeg": (".jpg", ".jpeg"), "webp": (".webp",), "gif": (".gif",)}
OTHERS = {
    "an SVG drawing": re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml|<!--|<!DOCTYPE svg|<svg).{0,3000}", re.DOTALL),
    "a HEIC photo": re.compile(rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL),
    "an AVIF image": re.compile(rb".{4}ftypavi[fs]", re.DOTALL),
}


def read(content: bytes) -> Picture:
    """Raises Refusal."""
    if len(content) > MOST_BYTES:
        raise Refusal("image_too_large", f"An image has at most {MOST_BYTES // 1_000_000} MB.")
    kind = kind_of(content)
    if kind == "jpeg" and sum(1 for _ in SCAN.finditer(content)) > MOST_SCANS:
        what = f"This JPEG has more than {MOST_SCANS} scans, and each takes its time."
        raise Refusal("too_many_scans", f"{what} Save it again as an ordinary JPEG.")
    try:
        with PIL.Image.open(io.BytesIO(content), formats=(kind.upper(),)) as image:
            _check_size(*image.size)
            return fitting.fitted(image, kind, content)
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
