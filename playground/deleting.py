"""Deleting a comparison: what still runs in it is stopped and settled first."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from django.db import transaction

from playground import control
from playground.broadcast import tell_to_look_again
from playground.errors import busy
from playground.models import Answer, Comparison
from playground.resuming import running_in

#: Another tab may send while the answers are stopped.
ATTEMPTS = 3


def delete(comparison: Comparison) -> None:
    """Raises Refusal if an answer cannot be stopped."""
    for _ in range(ATTEMPTS):
        async_to_sync(control.stop_and_save)(running_in(comparison, None))
        running = _delete_idle(comparison)
        if not running:
            tell_to_look_again(comparison.pk)
            return
    raise busy(running)


@transaction.atomic
def _delete_idle(comparison: Comparison) -> list[str]:
    """The letters of lanes that answer; there are none, and it is deleted."""
    # In the order of whoever sends: their lanes, then what they write of the comparison.
    list(comparison.lanes.select_for_update())
    Comparison.objects.select_for_update().filter(pk=comparison.pk).first()
    running = Answer.objects.running().filter(lane__comparison=comparison).values_list("lane__letter", flat=True)
    letters = sorted(set(running))
    if not letters:
        Comparison.objects.filter(pk=comparison.pk).delete()
    return letters
