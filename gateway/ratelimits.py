"""The headers that tell a client how many requests may run at once, and how many more may now."""

from __future__ import annotations

from billing.room import Room

#: A slot is free again when a request ends, which nobody can foretell; this is when asking again makes sense.
SOON = "1s"


def headers(room: Room) -> dict[str, str]:
    return {
        "x-ratelimit-limit-requests": str(room.limit),
        "x-ratelimit-remaining-requests": str(room.left),
        "x-ratelimit-reset-requests": "0s" if room.left else SOON,
    }
