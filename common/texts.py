"""Text from outside that we keep or show ourselves."""

from __future__ import annotations


def storable(text: str) -> str:
    """Half a character, and the one that PostgreSQL cannot keep, are replaced."""
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
