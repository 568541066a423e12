"""Who is not signed in is sent to sign in; a script of a page is told so instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase

from common import refusals

SIGNED_OUT = "You are signed out. Sign in again in another tab, then repeat this; what you wrote here stays."


class SignedInOnly(LoginRequiredMiddleware):
    """The page to sign in at would be put where a part of a page was asked for, and what was written there be lost."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        found = super().process_view(request, view_func, view_args, view_kwargs)
        if found is not None and request.headers.get("HX-Request") == "true":
            return refusals.fragment(SIGNED_OUT, 401)
        return found
