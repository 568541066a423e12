"""The answers that this process is writing."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.generation import Generation

_RUNNING: dict[uuid.UUID, Generation] = {}


def find(answer_id: uuid.UUID) -> Generation | None:
    return _RUNNING.get(answer_id)


def enter(generation: Generation) -> None:
    _RUNNING[generation.answer_id] = generation


def leave(generation: Generation) -> None:
    _RUNNING.pop(generation.answer_id, None)


def everything() -> list[Generation]:
    return list(_RUNNING.values())
