"""What htmx is told besides HTML."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse

from common import refusals
from playground.errors import Refusal
from playground.models import Comparison, Lane, Message

#: Events for the page's scripts.
CLOSE_DIALOG = "dialog-close"
CLOSE_MENU = "menu-close"
CHANGED = "history-changed"
SAVED_MODELS_CHANGED = "saved-models-changed"


def done(*events: str) -> HttpResponse:
    """The socket shows every tab what changed; this tab needs no more."""
    return HttpResponse(status=204, headers={"HX-Trigger": ", ".join(events)} if events else {})


def refused(refusal: Refusal) -> HttpResponse:
    return refusals.fragment(refusal.message, 409)


def refusals_answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A Refusal is answered with 409 and its sentence; what somebody else deletes in this moment is not found."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except Refusal as refusal:
            return refused(refusal)
        except (Comparison.DoesNotExist, Lane.DoesNotExist, Message.DoesNotExist) as gone:
            raise Http404 from gone

    return answered
