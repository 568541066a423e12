"""What a page shows of an image: a few kilobytes instead of its megabytes, made when they are first asked for."""

from __future__ import annotations

import io
import threading
import uuid

import PIL.Image
from cachetools import LRUCache

from playground.images.decoding import room
from playground.images.fitting import encoded, shrunk
from playground.images.rows import Image

#: Pixels of its longer side: twice what a message gives it, for screens that have two where others have one.
SIDE = 480
KIND = "webp"
_made: LRUCache[uuid.UUID, bytes] = LRUCache(16_000_000, getsizeof=len)
_guard = threading.Lock()


def of(image: Image) -> tuple[str, bytes]:
    """Its media type and content; the image itself where that is small."""
    if max(image.width, image.height) <= SIDE:
        return image.media_type, image.content()
    with _guard:
        content = _made.get(image.pk)
    if content is None:
        content = _thumbnail(image)
        with _guard:
            _made[image.pk] = content
    return f"image/{KIND}", content


def _thumbnail(image: Image) -> bytes:
    content = io.BytesIO(image.content())
    with (
        room(image.kind, (image.width, image.height)),
        PIL.Image.open(content, formats=(image.kind.upper(),)) as opened,
    ):
        return encoded(shrunk(opened, SIDE), KIND)
