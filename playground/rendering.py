"""Pieces of the board as HTML: what the page includes and what the socket carries come from the same templates."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.template.loader import render_to_string

from playground.models import Answer, Lane, Message
from playground.spread import spread_of, trials_named


def lane_html(lane: Lane) -> str:
    return render_to_string("playground/_lane.html", {"lane": lane})


def head_html(lane: Lane) -> str:
    return render_to_string("playground/_lane_head.html", {"lane": lane})


def messages_html(messages: Iterable[Message]) -> str:
    return render_to_string("playground/_messages.html", {"messages": messages})


def calls_html(message: Message) -> str:
    return render_to_string("playground/_calls.html", {"message": message})


def foot_html(answer: Answer) -> str:
    return render_to_string("playground/_foot.html", {"answer": answer})


def spread_html(trials: uuid.UUID) -> str:
    return render_to_string("playground/_spread.html", {"spread": spread_of(trials_named(trials))})
