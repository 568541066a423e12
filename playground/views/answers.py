"""How an answer came about: its figures, its completion and trace, and the exact request."""

from __future__ import annotations

import json
import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import ProjectRequest, member
from playground.doors import answer_of


@member
@require_GET
def answer(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = answer_of(request, pk)
    body = json.dumps(found.request, indent=2, ensure_ascii=False) if found.request else ""
    return render(request, "playground/_answer.html", {"answer": found, "lane": found.lane, "request_text": body})


@member
@require_GET
def answer_request(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """The request as it was sent to the provider, headers masked; null before it was sent."""
    text = json.dumps(answer_of(request, pk).request, indent=2, ensure_ascii=False)
    return HttpResponse(text, content_type="application/json", headers={"X-Content-Type-Options": "nosniff"})
