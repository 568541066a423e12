"""What a tab lacks, compared with what there is; and how often one may ask."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playground import protocol, reaper
from playground.broadcast import head_frame, transcript_frame
from playground.models import Answer, Comparison

#: Seconds between two answers to one tab.
PAUSE = 0.1


class Resumes:
    """One tab's: they are answered one at a time, and of those that come meanwhile the last counts for all."""

    def __init__(self, answer: Callable[[protocol.Resume], Awaitable[None]]) -> None:
        self._answer = answer
        self._asked: protocol.Resume | None = None
        self._work: asyncio.Task[None] | None = None

    def ask(self, command: protocol.Resume) -> None:
        self._asked = command
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._answer_all())

    def end(self) -> None:
        if self._work is not None:
            self._work.cancel()

    async def _answer_all(self) -> None:
        while (command := self._asked) is not None:
            self._asked = None
            await self._answer(command)
            await asyncio.sleep(PAUSE)


@dataclass(frozen=True, slots=True)
class Missing:
    frames: list[protocol.Frame]
    #: Answers that are being written: who writes them has what the tab lacks.
    running: list[Answer]


def missing(comparison: Comparison, tab: protocol.Resume) -> Missing:
    reaper.reap(comparison)
    lanes = list(comparison.lanes.open().select_related("comparison", "model"))
    shown = tab.lanes or {}
    if tab.lanes is not None and {lane.letter for lane in lanes} != set(shown):
        return Missing([protocol.Lanes()], [])
    stale = [lane for lane in lanes if lane.revision != shown.get(lane.letter)]
    running = Answer.objects.running().filter(lane__in=lanes).select_related("lane")
    frames: list[protocol.Frame] = [frame for lane in stale for frame in (transcript_frame(lane), head_frame(lane))]
    # Looked up now: the lanes may be newer than the comparison at hand, and who was away may have missed a new name.
    comparison.refresh_from_db(fields=["title"])
    frames.append(protocol.Title(title=str(comparison)))
    return Missing(frames, list(running))


def running_in(comparison: Comparison, letter: str | None) -> list[Answer]:
    """The answers being written in this lane, or in all; those of dead processes are none."""
    reaper.reap(comparison)
    answers = Answer.objects.running().filter(lane__comparison=comparison, lane__closed_at=None)
    return list(answers.filter(lane__letter=letter) if letter else answers)
