"""Opening, closing and changing lanes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from inference_catalog.models import Model
from playground.errors import Refusal, busy
from playground.models import LETTERS, Answer, Comparison, Lane
from tracing.models import Object


def locked(lane: Lane) -> Lane:
    """The lane's row, held until the transaction ends, so that an answer and an edit cannot start together."""
    # Locked before it is joined: PostgreSQL shows no row to whoever waited for a change of what it is joined with.
    Lane.objects.select_for_update().get(pk=lane.pk)
    return Lane.objects.select_related("comparison", "model").get(pk=lane.pk)


def free(lane: Lane) -> Lane:
    """The locked lane; refused while an answer is being written there."""
    held = locked(lane)
    refuse_running(held)
    return held


def refuse_running(lane: Lane) -> None:
    """Raises Refusal while an answer is being written there."""
    if Answer.objects.running().filter(lane=lane).exists():
        raise busy([lane.letter])


def changed(lane: Lane) -> None:
    """What tabs show of the lane, its head or its transcript, has its next revision."""
    now = timezone.now()
    Lane.objects.filter(pk=lane.pk).update(revision=F("revision") + 1)
    Comparison.objects.filter(pk=lane.comparison_id).update(updated_at=now)
    lane.refresh_from_db(fields=["revision"])


@transaction.atomic
def open_lane(
    comparison: Comparison,
    model: Model,
    *,
    settings: dict[str, Any] | None = None,
    system_prompt: str = "",
    is_traced: bool = True,
    mocks: dict[str, Any] | None = None,
    is_mocked: bool = False,
    trials: int = 1,
    saved_model: Object | None = None,
) -> Lane:
    Comparison.objects.select_for_update().get(pk=comparison.pk)
    taken = set(comparison.lanes.open().values_list("letter", flat=True))
    letter = next((letter for letter in LETTERS if letter not in taken), None)
    if letter is None:
        raise Refusal("too_many_lanes", f"A comparison has at most {len(LETTERS)} lanes. Close one first.")
    # Revisions of a letter go on, so that a tab which missed the exchange does not take this lane for the closed one.
    last = comparison.lanes.filter(letter=letter).aggregate(last=Max("revision"))["last"]
    return comparison.lanes.create(
        letter=letter,
        model=model,
        settings=settings or {},
        system_prompt=system_prompt,
        is_traced=is_traced,
        mocks=mocks or {},
        is_mocked=is_mocked,
        trials=trials,
        saved_model=saved_model,
        revision=0 if last is None else last + 1,
    )


@transaction.atomic
def close(lane: Lane) -> None:
    """Any running answer was stopped before."""
    # All of them are held, in the order of whoever sends: of the last two, two people may close one each at once.
    open_lanes = list(lane.comparison.lanes.open().select_for_update())
    held = free(lane)
    if open_lanes == [held]:
        raise Refusal("last_lane", "A comparison keeps at least one lane.")
    held.closed_at = timezone.now()
    held.save(update_fields=["closed_at"])


@transaction.atomic
def change_model(lane: Lane, model: Model) -> Lane:
    held = free(lane)
    held.model, held.saved_model = model, None
    held.save(update_fields=["model", "saved_model"])
    changed(held)
    return held


@transaction.atomic
def change_settings(changes: Sequence[tuple[Lane, dict[str, Any]]]) -> list[Lane]:
    """By parameter, None for what is no longer set; refused as a whole while one of the lanes answers."""
    held = [(locked(lane), each) for lane, each in sorted(changes, key=lambda change: change[0].letter)]
    running = Answer.objects.running().filter(lane__in=[lane for lane, _ in held])
    if letters := sorted(set(running.values_list("lane__letter", flat=True))):
        raise busy(letters)
    for lane, each in held:
        lane.take_settings(each)
        changed(lane)
    return [lane for lane, _ in held]
