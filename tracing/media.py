"""What kind of content bytes are, by their own beginning: neither a name nor what was claimed counts.

Only what a browser shows without running anything is known here; the rest is for saving.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

#: As many bytes as are looked at.
HEAD = 32

_KINDS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("image/png", lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", lambda head: head.startswith(b"\xff\xd8\xff")),
    ("image/gif", lambda head: head.startswith((b"GIF87a", b"GIF89a"))),
    ("image/webp", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    ("audio/wav", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WAVE"),
    ("audio/mpeg", lambda head: head.startswith(b"ID3") or (len(head) > 1 and head[0] == 255 and head[1] >= 0xF2)),
    ("audio/flac", lambda head: head.startswith(b"fLaC")),
    ("audio/ogg", lambda head: head.startswith(b"OggS")),
    ("video/webm", lambda head: head.startswith(b"\x1a\x45\xdf\xa3")),
    ("video/mp4", lambda head: head[4:8] == b"ftyp"),
)
_DATA = re.compile(r"data:(?:image|audio|video)/[a-z0-9.+-]{1,40}(?:;[a-z0-9=.-]{1,40})*;base64,")


def type_of(head: bytes) -> str:
    """Empty for what is only saved."""
    return next((name for name, fits in _KINDS if fits(head)), "")


def in_text(text: str) -> str:
    """The type of an address that holds its content, as chats have images; empty for any other text."""
    found = _DATA.match(text)
    return type_of(_decoded(text[found.end() :][: HEAD // 3 * 4])) if found else ""


def bytes_in(text: str) -> bytes:
    return _decoded(text[found.end() :]) if (found := _DATA.match(text)) else b""


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""
