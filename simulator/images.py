"""Images that come with a prompt: decoded for real, never fetched."""

from __future__ import annotations

import base64
import binascii
import io
import warnings
from dataclasses import dataclass
from hashlib import sha256

from PIL import Image, UnidentifiedImageError

from simulator.errors import BadRequest
from simulator.models import Profile
from simulator.request import ChatRequest

MOST_PIXELS = 50_000_000
TILE = 512
TOKENS_PER_TILE = 170


@dataclass(frozen=True, slots=True)
class Picture:
    format: str
    width: int
    height: int
    colour: str
    #: SHA-256 of the bytes as they came, so that whoever sent them can tell that they arrived.
    digest: str

    @property
    def tokens(self) -> int:
        """WholeResponse and started tiles of 512 × 512 pixels, each at 170 tokens."""
        return -(-self.width // TILE) * -(-self.height // TILE) * TOKENS_PER_TILE


def pictures_of(request: ChatRequest, profile: Profile) -> list[Picture]:
    """All images of the conversation. Raises BadRequest that names the part at fault."""
    pictures = []
    for at, message in enumerate(request.messages):
        for place, part in enumerate(message.content if isinstance(message.content, list) else []):
            if part.type == "image_url":
                pictures.append(
                    _picture((part.image_url or {}).get("url"), f"messages[{at}].content[{place}]", profile)
                )
    return pictures


def _picture(url: object, where: str, profile: Profile) -> Picture:
    where = f"{where}.image_url"
    if not profile.sees:
        raise BadRequest(f"{profile.id} takes text alone, no images.", param=where)
    if not isinstance(url, str) or not url:
        raise BadRequest("An image needs a 'url'.", param=f"{where}.url")
    if not url.startswith("data:"):
        sentence = "The simulator fetches nothing from other machines; send the image as a data: URL."
        raise BadRequest(sentence, param=f"{where}.url")
    head, _, data = url.partition(",")
    if not head.startswith("data:image/") or not head.endswith(";base64"):
        raise BadRequest("The image must be a data:image/…;base64 URL.", param=f"{where}.url")
    try:
        return _decode(base64.b64decode(data, validate=True))
    except (binascii.Error, UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise BadRequest("The image cannot be decoded.", param=f"{where}.url") from None


def _decode(data: bytes) -> Picture:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            mean = image.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
            return Picture(image.format or "unknown", image.width, image.height, _hex(mean), sha256(data).hexdigest())


def _hex(mean: object) -> str:
    red, green, blue = mean if isinstance(mean, tuple) else (0, 0, 0)
    return f"#{int(red):02x}{int(green):02x}{int(blue):02x}"
