"""Messages: as they are, their raw text, edit, delete."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import ProjectRequest, member
from playground import messages
from playground.broadcast import tell_transcript
from playground.doors import message_of, message_seen
from playground.forms import MessageForm
from playground.lanes import refuse_running
from playground.models import Message
from playground.paging import alone
from playground.responses import done, refusals_answered


@member
@require_GET
def message(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    return render(request, "playground/_message.html", {"message": _in_its_lane(message_of(request, pk))})


def _in_its_lane(message: Message) -> Message:
    """It may be gone by now."""
    found = alone(message)
    if found is None:
        raise Http404
    return found


@member
@require_GET
def message_text(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """What was written, for the clipboard; never as HTML."""
    text = message_seen(request, pk).text
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"X-Content-Type-Options": "nosniff"})


@member
@refusals_answered
def message_edit(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = message_of(request, pk)
    if request.method != "POST":
        refuse_running(found.lane)
        context = {"message": _in_its_lane(found), "form": MessageForm(found)}
        return render(request, "playground/_message_edit.html", context)
    form = MessageForm(found, request.POST)
    if not form.is_valid():
        return render(request, "playground/_message_edit.html", {"message": _in_its_lane(found), "form": form})
    text = form.cleaned_data["text"].replace("\r\n", "\n")
    tell_transcript(messages.edit(found, text, form.cleaned_data["keep"]))
    return render(request, "playground/_message.html", {"message": _in_its_lane(message_of(request, pk))})


@member
@require_POST
@refusals_answered
def message_delete(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    tell_transcript(messages.delete(message_of(request, pk)))
    return done()
