"""An image by its address: fetched once, by the server, from where it may look, within limits of bytes and time.

What a team's own providers may not have as addresses nobody's images may either: inference_catalog/pinning.py connects.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from urllib.parse import unquote, urlsplit

import aiohttp
from django.conf import settings
from django.core.exceptions import ValidationError

from inference_catalog import pinning
from inference_catalog.base_urls import NOT_READ_ALIKE
from playground.errors import Refusal
from playground.images.reading import MOST_BYTES

#: Seconds in all, and until a connection stands.
PATIENCE, CONNECTING = 10.0, 4.0
LONGEST_URL = 2_000
ACCEPTED = "image/png, image/jpeg, image/webp, image/gif"
HEADERS = {"Accept": ACCEPTED, "Accept-Encoding": "identity", "User-Agent": "Lineup"}
DATA = re.compile(r"data:image/[\w.+-]+;base64,", re.IGNORECASE)


def fetched(url: str) -> tuple[str, bytes]:
    """A name, and what was there. Raises Refusal."""
    if found := DATA.match(url):
        return "image", decoded(url[found.end() :])
    _check(url)
    content = asyncio.run(_fetched(url))
    return unquote(urlsplit(url).path.rpartition("/")[2]) or "image", content


def decoded(text: str) -> bytes:
    """Raises Refusal."""
    if len(text) > MOST_BYTES * 4 // 3 + 4:
        raise Refusal("image_too_large", f"An image has at most {MOST_BYTES // 1_000_000} MB.")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal("not_an_image", "What follows “base64,” is not base64.") from error


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_fit = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.username or parts.password)
        is_fit = is_fit and parts.port != 0 and not NOT_READ_ALIKE.search(url) and len(url) <= LONGEST_URL
    except (ValueError, ValidationError):
        is_fit = False
    if not is_fit:
        raise _unfetched("It has to begin with http:// or https://, name a host, and hold neither a user nor spaces.")


async def _fetched(url: str) -> bytes:
    timeout = aiohttp.ClientTimeout(total=PATIENCE, connect=CONNECTING)
    connector = pinning.connector(may_be_private=settings.IMAGES_MAY_BE_PRIVATE, force_close=True)
    jar = aiohttp.DummyCookieJar()
    # Unpacked here, a few bytes could be gigabytes.
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=jar, timeout=timeout, headers=HEADERS, auto_decompress=False
    ) as session:
        try:
            async with session.get(url, allow_redirects=False) as response:
                _check_status(response)
                return await _body(response)
        except TimeoutError as error:
            raise _unfetched(f"It did not come within {PATIENCE:.0f} seconds.") from error
        except (aiohttp.ClientError, OSError, UnicodeError, ValueError) as error:
            if pinning.refusal(error):
                raise _unfetched("Its host is not on the internet, and Lineup looks nowhere else.") from error
            raise _unfetched("Its host was not found, or did not answer.") from error


def _check_status(response: aiohttp.ClientResponse) -> None:
    if 300 <= response.status < 400:
        raise _unfetched("It leads on to another address, which is not followed. Give that one.")
    if response.status != 200:
        raise _unfetched(f"Its host answered {response.status} instead of an image.")


async def _body(response: aiohttp.ClientResponse) -> bytes:
    content = b""
    async for piece in response.content.iter_chunked(64 * 1024):
        content += piece
        if len(content) > MOST_BYTES:
            raise _unfetched(f"There are more than {MOST_BYTES // 1_000_000} MB.")
    return content


def _unfetched(why: str) -> Refusal:
    return Refusal("image_not_fetched", f"The address could not be fetched. {why}")
