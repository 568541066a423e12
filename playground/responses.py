"""What htmx is told besides HTML."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.utils.html import format_html

from playground.errors import Refusal

#: Events for the page's scripts.
CLOSE_DIALOG = "dialog-close"
CLOSE_MENU = "menu-close"
CHANGED = "history-changed"


def done(trigger: str = "") -> HttpResponse:
    """The socket shows every tab what changed; this tab needs no more."""
    return HttpResponse(status=204, headers={"HX-Trigger": trigger} if trigger else {})


def refused(refusal: Refusal) -> HttpResponse:
    return HttpResponse(format_html('<p class="notice bad" data-sentence>{}</p>', refusal.message), status=409)


def refusals_answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A Refusal is answered with 409 and its sentence."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except Refusal as refusal:
            return refused(refusal)

    return answered
