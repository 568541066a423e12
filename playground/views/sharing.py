"""Letting others of the organization read a comparison, and making one's own copy."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from accounts.access import ProjectRequest, member
from playground.broadcast import tell_to_look_again
from playground.copying import duplicate
from playground.doors import comparison_of, comparison_to_copy
from playground.errors import Refusal
from playground.forms import SharingForm
from playground.responses import CHANGED, CLOSE_DIALOG, refusals_answered


@member
@refusals_answered
def comparison_share(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = comparison_of(request, pk)
    if request.method != "POST":
        form = SharingForm(initial={"sharing": found.sharing})
        link = request.build_absolute_uri(found.get_absolute_url())
        return render(request, "playground/_share.html", {"comparison": found, "form": form, "link": link})
    form = SharingForm(request.POST)
    if not form.is_valid():
        raise Refusal("bad_sharing", "A comparison cannot be shared in this way.")
    found.write(sharing=form.cleaned_data["sharing"])
    # Whoever reads when it ends reads no further.
    tell_to_look_again(found.pk)
    shared = render(request, "playground/_shared.html", {"comparison": found, "is_saved": True})
    return trigger_client_event(trigger_client_event(shared, CLOSE_DIALOG), CHANGED)


@member
@require_POST
def comparison_duplicate(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    copy = duplicate(comparison_to_copy(request, pk), request.user)
    return HttpResponseClientRedirect(copy.get_absolute_url()) if request.htmx else redirect(copy)
