"""What a tab lacks, compared with what there is."""

from __future__ import annotations

from dataclasses import dataclass

from playground import mending, protocol
from playground.live import transcript_frame
from playground.models import Answer, Comparison


@dataclass(frozen=True, slots=True)
class Missing:
    frames: list[protocol.Frame]
    #: Running answers of which the tab needs a snapshot from their owner.
    answers: list[Answer]


def missing(comparison: Comparison, tab: protocol.Resume) -> Missing:
    mending.mend(comparison)
    lanes = list(comparison.lanes.open().select_related("comparison", "model"))
    shown = tab.lanes or {}
    if tab.lanes is not None and {lane.letter for lane in lanes} != set(shown):
        return Missing([protocol.Lanes()], [])
    stale = [lane for lane in lanes if lane.revision != shown.get(lane.letter)]
    running = Answer.objects.running().filter(lane__in=lanes).select_related("lane")
    return Missing([transcript_frame(lane) for lane in stale], list(running))
