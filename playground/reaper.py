"""Answers whose process died: marked as interrupted, with what had been saved of their text."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from billing import processes
from playground import running
from playground.broadcast import made, tell, transcript_frame
from playground.errors import Cause
from playground.lanes import changed, locked
from playground.models import Answer, Comparison, Lane
from playground.trials import pass_over_failed

#: An answer's row is there a moment before its task.
GRACE = timedelta(seconds=10)
INTERRUPTED = {
    "code": "interrupted",
    "who": Cause.LINEUP,
    "message": "Lineup's server stopped while this answer was being written. What had been saved of it is shown.",
}


def reap(comparison: Comparison) -> None:
    """Whoever finds them tells all tabs: in most of them nobody asks."""
    orphans = _orphans(list(Answer.objects.running().filter(lane__comparison=comparison)))
    # A lane with several of them changed once for each, and is told of as it is in the end.
    interrupted = {lane.pk: lane for answer in orphans if (lane := _interrupt(answer))}
    tell(comparison.pk, *made(comparison.pk, lambda: [transcript_frame(lane) for lane in interrupted.values()]))


def _orphans(answers: list[Answer]) -> list[Answer]:
    others = {answer.process for answer in answers if answer.process and answer.process != processes.current()}
    living = processes.living(others) if others else set()
    return [answer for answer in answers if not (_is_ours(answer) or answer.process in living)]


def _is_ours(answer: Answer) -> bool:
    if answer.process != processes.current():
        return False
    return running.find(answer.pk) is not None or answer.started_at > timezone.now() - GRACE


@transaction.atomic
def _interrupt(answer: Answer) -> Lane | None:
    try:
        lane = locked(answer.lane)
    except Lane.DoesNotExist:
        return None
    ended = {"state": Answer.State.FAILED, "error": INTERRUPTED, "ended_at": timezone.now()}
    if not Answer.objects.running().filter(pk=answer.pk).update(**ended):
        return None
    pass_over_failed(lane)
    changed(lane)
    return lane
