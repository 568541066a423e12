"""What a tab said, as a command; refused with a sentence when it is none."""

from __future__ import annotations

import json
import uuid

from pydantic import ValidationError

from accounts.models import User
from common.texts import NUL
from playground import protocol
from playground.errors import Refusal
from playground.models import Comparison

#: A text of MAX_TEXT characters, escaped and with its envelope.
MAX_FRAME = 6 * protocol.MAX_TEXT + 10_000


def parse(text: str | None) -> protocol.Command:
    if text is None:
        raise Refusal("bad_frame", "This socket takes text frames only.")
    if len(text) > MAX_FRAME:
        raise Refusal("too_long", "The message is too long.")
    try:
        return protocol.COMMAND.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == NUL:
            what = "A result" if "result" in first["loc"] else "A message"
            raise Refusal("bad_frame", f"{what} cannot contain the character NUL.") from error
        where = ".".join(str(part) for part in first["loc"]) or "frame"
        raise Refusal("bad_frame", f"The frame cannot be read: {where}: {first['msg']}.") from error


def id_of(text: str | None) -> uuid.UUID | None:
    """Of a frame that is no command, if it says one: its tab waits for what becomes of it."""
    if text is None or len(text) > MAX_FRAME:
        return None
    try:
        return uuid.UUID(json.loads(text)["id"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def check(command: protocol.Command, comparison: Comparison, user: User) -> None:
    """Whoever a comparison is shared with may ask what there is, and nothing else."""
    if not (isinstance(command, protocol.Resume) or comparison.is_owned_by(user)):
        raise Refusal("read_only", "This comparison is shared with you to be read. Only its owner can change it.")
