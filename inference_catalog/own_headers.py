"""Headers that a team has sent to its provider with every call, typed one a line as `Name: value`."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

MOST = 20
LONGEST = 4_000
NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
VALUE = re.compile(r"[\x20-\x7e]{1,2000}")
#: They say how a message is to be read, or who speaks to whom: two of one kind are how requests are smuggled.
OURS = frozenset(
    (
        "accept", "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "cookie",
        "date", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "via",
        "x-request-id",
    )
)  # fmt: skip


def parsed(text: str) -> dict[str, str]:
    """Raises ValidationError with a sentence for the first line that is wrong; it never repeats a value."""
    headers: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not NAME.fullmatch(name) or not VALUE.fullmatch(value):
            raise ValidationError("Write one header a line, as Name: value, in plain ASCII.")
        _check(name)
        if name.lower() in map(str.lower, headers):
            raise ValidationError(f"{name} is there twice.")
        headers[name] = value
    if len(headers) > MOST:
        raise ValidationError(f"At most {MOST} headers can be kept.")
    return headers


def _check(name: str) -> None:
    if name.lower() == "authorization":
        raise ValidationError("Authorization is made from the key: give that instead.")
    if name.lower() in OURS or name.lower().startswith(("proxy-", "sec-", "x-forwarded-")):
        raise ValidationError(f"{name} cannot be set: it is part of how a request is sent.")
