"""Reactions and notes of a person on a call, as the client writes them."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import QuerySet

from common.ids import uuid7
from common.texts import storable
from tracing import json_text, shown_values
from tracing.models import Call, Feedback
from tracing.traces.table import NOTE, REACTION, sign_of
from tracing.values import Node, Source
from tracing.visits import Space

#: Signs that are one click away.
SIGNS = ("👍", "👎", "🎉", "😕", "👀")
MOST_SHOWN = 500


@dataclass(slots=True)
class Reaction:
    sign: str
    people: list[str] = field(default_factory=list)
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    feedback: Feedback
    text: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Score:
    """Anything else that was said: by scorers, by annotators, by programs."""

    feedback: Feedback
    value: Node


@dataclass(frozen=True, slots=True)
class Given:
    reactions: list[Reaction]
    notes: list[Note]
    scores: list[Score]


def given(space: Space, call: Call) -> Given:
    rows = _on(space, call).select_related("user").order_by("created_at", "pk")[:MOST_SHOWN]
    reactions = {sign: Reaction(sign) for sign in SIGNS}
    notes, scores = [], []
    for row in rows:
        is_own = row.user_id == space.user_id
        if row.feedback_type == REACTION:
            reaction = reactions.setdefault(sign_of(row), Reaction(sign_of(row)))
            reaction.people.append(_who(row))
            reaction.is_own |= is_own
        elif row.feedback_type == NOTE:
            notes.append(Note(row, _text(row), is_own))
        else:
            source = Source(space.path, "feedback", row.feedback_id)
            scores.append(Score(row, shown_values.shown(space, json_text.load(row.payload), source)))
    return Given(list(reactions.values()), notes, scores)


def react(space: Space, call: Call, sign: str) -> None:
    """A second time takes it back."""
    own = _on(space, call).filter(feedback_type=REACTION, user=space.user_id)
    same = [row.pk for row in own if sign_of(row) == sign]
    if same:
        own.filter(pk__in=same).delete()
    else:
        _give(space, call, REACTION, {"emoji": storable(sign)})


def note(space: Space, call: Call, text: str) -> None:
    _give(space, call, NOTE, {"note": storable(text)})


def withdraw(space: Space, call: Call, feedback_id: str) -> bool:
    """One's own; returns whether there was such."""
    own = _on(space, call).filter(feedback_id=feedback_id, user=space.user_id)
    return bool(own.delete()[0])


def _on(space: Space, call: Call) -> QuerySet[Feedback]:
    return Feedback.objects.filter(project=space.project_id, weave_ref=f"weave:///{space.path}/call/{call.call_id}")


def _give(space: Space, call: Call, kind: str, payload: dict[str, str]) -> None:
    Feedback.objects.create(
        project_id=space.project_id,
        feedback_id=str(uuid7()),
        weave_ref=f"weave:///{space.path}/call/{call.call_id}",
        feedback_type=kind,
        user_id=space.user_id,
        payload=json_text.dump(payload),
    )


def _who(row: Feedback) -> str:
    return row.creator or (str(row.user) if row.user else "somebody")


def _text(row: Feedback) -> str:
    payload = json_text.load(row.payload)
    return str(payload.get("note", "")) if isinstance(payload, dict) else ""
