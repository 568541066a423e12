"""Answers that were asked for at once, in one place of their lane's transcript."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from playground.models import Message


def together(messages: Iterable[Message]) -> list[Message]:
    """Of each set the chosen one alone, in its place. All of a set have it, in order, as their `siblings`."""
    sets: dict[UUID, list[Message]] = defaultdict(list)
    kept = []
    for message in messages:
        if message.trials:
            sets[message.trials].append(message)
        if message.is_chosen:
            kept.append(message)
    for found in sets.values():
        find_siblings(found)
    return kept


def mark_end(messages: Sequence[Message]) -> None:
    """Of a transcript, or of its end: which answer is the latest, and what is last."""
    latest = next((message for message in reversed(messages) if message.role == message.Role.ASSISTANT), None)
    for message in messages:
        message.is_latest = message is latest
    for message in messages and (messages[-1].siblings or messages[-1:]):
        message.is_last = True


def find_siblings(trials: list[Message]) -> None:
    """One that is alone, since the others were deleted, is a message like any other."""
    if len(trials) > 1:
        trials.sort(key=lambda message: message.trial)
        for message in trials:
            message.siblings = trials
