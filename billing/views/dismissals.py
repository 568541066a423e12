"""Banners that somebody has read: as long as their session lasts, they are not shown again."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.access import ProjectRequest, member

SESSION_KEY = "dismissed_banners"
#: A session remembers no more of them.
MOST = 20


def dismissed(request: Any) -> list[str]:
    kept: list[str] = request.session.get(SESSION_KEY, [])
    return kept


@member
@require_POST
def dismiss(request: ProjectRequest) -> HttpResponse:
    key = request.POST.get("key", "")
    if not 0 < len(key) <= 100:
        return HttpResponseBadRequest("key must be the key of a banner")
    request.session[SESSION_KEY] = [*(each for each in dismissed(request) if each != key), key][-MOST:]
    if request.htmx:
        return HttpResponse()
    back = request.POST.get("back", "")
    # A word would be taken for the name of a view.
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(back if is_ours else "home")
