"""What stands for an image's content wherever a request is shown or kept: a data address that says what was in it.

    data:image/png;base64,… cat.png, 640 × 480, 12,345 bytes, sha256 9f86d081…

No real address looks so: base64 has no such letter.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self

_READ = re.compile(r"data:(image/\w+);base64,… (.+), (\d+ × \d+), ([\d,]+) bytes, sha256 ([0-9a-f]{64})")
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Placeholder:
    media_type: str
    name: str
    dimensions: str
    size: int
    digest: str

    @classmethod
    def read(cls, url: str) -> Self | None:
        found = _READ.fullmatch(url)
        if found is None:
            return None
        media_type, name, dimensions, size, digest = found.groups()
        return cls(media_type, name, dimensions, int(size.replace(",", "")), digest)

    @property
    def url(self) -> str:
        about = f"{self.name}, {self.dimensions}, {self.size:,} bytes, sha256 {self.digest}"
        return f"data:{self.media_type};base64,… {about}"

    @property
    def part(self) -> dict[str, Any]:
        """Of a message's content."""
        return {"type": "image_url", "image_url": {"url": self.url}}


def urls_in(body: Mapping[str, Any]) -> Iterator[str]:
    """The addresses of all images of a request, in order."""
    for message in body["messages"]:
        content = message.get("content")
        for part in content if isinstance(content, list) else []:
            if url := _url(part):
                yield url


def with_urls(body: Body, changed: Callable[[str], Any]) -> Body:
    """The request with what `changed` makes of the address of each image; itself where there is none."""
    if next(urls_in(body), None) is None:
        return body
    return {**body, "messages": [with_image_urls(message, changed) for message in body["messages"]]}


def with_image_urls(message: dict[str, Any], changed: Callable[[str], Any]) -> dict[str, Any]:
    content = message.get("content")
    return {**message, "content": [_part(part, changed) for part in content]} if isinstance(content, list) else message


def identity(url: str) -> str:
    """The same for an image and for what stands for it, whatever it is called; other addresses are what they say."""
    if known := Placeholder.read(url):
        return f"{known.media_type} {known.digest}"
    head, _, data = url.partition(";base64,")
    if not data:
        return url
    try:
        return f"{head.removeprefix('data:')} {sha256(base64.b64decode(data, validate=True)).hexdigest()}"
    except (binascii.Error, ValueError):
        return url


def _part(part: Any, changed: Callable[[str], Any]) -> Any:
    url = _url(part)
    return {**part, "image_url": {**part["image_url"], "url": changed(url)}} if url else part


def _url(part: Any) -> str:
    image = part.get("image_url") if isinstance(part, dict) else None
    url = image.get("url") if isinstance(image, dict) else None
    return url if isinstance(url, str) else ""
