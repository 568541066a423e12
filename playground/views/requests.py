"""Requests as they were sent, or would be now: as JSON, and as code that sends them."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import ProjectRequest, member
from common.literals import JSON, write
from inference_catalog.samples import CodeSample
from playground.code_samples import code_samples
from playground.doors import answer_seen, lane_of
from playground.images.files import names_in
from playground.inputs import Input
from playground.models import Answer, Lane
from playground.prompt import added_parameters, asked_body, left_out, next_body
from playground.trials import place_of
from playground.turns import given_in_turn


@member
@require_GET
def lane_code(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """As it stands; with `by=name`, by the name of the saved model that it is."""
    lane = lane_of(request, pk)
    body = _next(lane)
    named = lane.origin.by_name(body) if lane.origin else None
    if request.GET.get("by") == "name" and named:
        return _code(request, lane, named, named="name")
    return _code(request, lane, body, named="model" if named else "")


@member
@require_GET
def lane_request(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """What would be sent now."""
    lane = lane_of(request, pk)
    body = _next(lane)
    url = request.build_absolute_uri("/v1/chat/completions")
    context: dict[str, Any] = {"lane": lane, "latest": lane.last_answer, "url": url}
    if body["messages"]:
        context |= {"body": write(body, JSON), "fingerprint": Input.of(body).fingerprint}
        context["left_out"] = left_out(lane) + (0 if lane.sees else lane.comparison.draft_images.count())
    return render(request, "playground/_request.html", context)


@member
@require_GET
def answer_code(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    answer = answer_seen(request, pk)
    return _code(request, answer.lane, asked_body(answer), answer)


@member
@require_GET
def answer_sent(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    answer = answer_seen(request, pk)
    sent = answer.request or {}
    context = {
        "lane": answer.lane,
        "answer": answer,
        "url": sent.get("url"),
        "headers": sent.get("headers"),
        "body": write(sent["body"], JSON) if "body" in sent else "",
        "fingerprint": answer.fingerprint,
        "added": added_parameters(answer),
        "left_out": answer.images_left_out,
        "turn": given_in_turn(answer),
        "trial": place_of(answer.message),
    }
    return render(request, "playground/_request.html", context)


def _next(lane: Lane) -> dict[str, Any]:
    return next_body(lane, lane.comparison.draft, lane.comparison.draft_images)


def _code(
    request: ProjectRequest,
    lane: Lane,
    body: dict[str, Any] | None,
    answer: Answer | None = None,
    *,
    named: str = "",
) -> HttpResponse:
    """`named`: by the name of the saved model or of the model itself, where there is a choice."""
    samples: list[CodeSample] = []
    if body and body["messages"]:
        project = lane.comparison.project.path
        samples = code_samples(body, base_url=request.build_absolute_uri("/v1"), project=project)
    images = names_in(body) if body else []
    context = {"lane": lane, "answer": answer, "latest": lane.last_answer, "samples": samples, "images": images}
    return render(request, "playground/_code.html", context | {"named": named})
