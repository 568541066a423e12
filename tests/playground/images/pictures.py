"""Images as bytes, and what takes them to Lineup."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import PIL.Image
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from inference_catalog.models import Model
from playground.models import Attachment, Comparison


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48), colour: str = "#336699", **options: Any) -> bytes:
    written = io.BytesIO()
    PIL.Image.new("RGB", size, colour).save(written, kind, **options)
    return written.getvalue()


def noise(size: tuple[int, int], kind: str = "PNG") -> bytes:
    """As large as an image of this size can be."""
    written = io.BytesIO()
    PIL.Image.effect_noise(size, 90).convert("RGB").save(written, kind)
    return written.getvalue()


def animation(kind: str = "GIF") -> bytes:
    written = io.BytesIO()
    frames = [PIL.Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    frames[0].save(written, kind, save_all=True, append_images=frames[1:], duration=50)
    return written.getvalue()


def scanned(more: int) -> bytes:
    """A progressive JPEG: ten scans, of which the last comes so often once more."""
    content = picture("JPEG", progressive=True)
    last = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + last * more + content[-2:]


def declared(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is so large."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def upload(client: Client, comparison: Comparison, content: bytes, name: str = "cat.png", **fields: str) -> Any:
    file = SimpleUploadedFile("x", content)
    # Django's own class cleans names; a browser may send any.
    file._name = name  # type: ignore[attr-defined]
    return client.post(f"/playground/{comparison.pk}/images", {"image": file, **fields})


def drafted(client: Client, comparison: Comparison, content: bytes, name: str = "cat.png") -> Attachment:
    answer = upload(client, comparison, content, name)
    assert answer.status_code == 200, answer.content
    return comparison.draft_images.order_by("pk").last()  # type: ignore[return-value]


def can_see(model: Model, *, sees: bool = True) -> None:
    model.features = ["vision", "tools"] if sees else ["tools"]
    model.save()
