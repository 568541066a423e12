"""How an answer came about: its time and its tokens, its completion and trace."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import ProjectRequest, member
from playground.breakdown import breakdown
from playground.doors import answer_seen
from playground.trials import place_of


@member
@require_GET
def answer(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = answer_seen(request, pk)
    context = {"answer": found, "lane": found.lane, "parts": breakdown(found), "trial": place_of(found.message)}
    return render(request, "playground/_answer.html", context)
