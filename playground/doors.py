"""The way to each object: through the person who asks; what is a stranger's does not exist."""

from __future__ import annotations

import uuid

from django.shortcuts import get_object_or_404

from accounts.access import ProjectRequest
from accounts.current import choose_project
from playground.models import Answer, Comparison, Lane, Message

WITH_PROJECT = "project__team__organization"


def comparison_of(request: ProjectRequest, pk: uuid.UUID) -> Comparison:
    comparisons = Comparison.objects.for_user(request.user).select_related(WITH_PROJECT)
    return get_object_or_404(comparisons, pk=pk)


def enter(request: ProjectRequest, comparison: Comparison) -> None:
    """The shell shows the project whose comparison is opened."""
    if comparison.project_id != request.project.pk:
        choose_project(request, comparison.project)
        request.project = comparison.project
        request.organization = comparison.project.team.organization


def lane_of(request: ProjectRequest, pk: uuid.UUID) -> Lane:
    lanes = Lane.objects.for_user(request.user).open().select_related("comparison", "model")
    return get_object_or_404(lanes, pk=pk)


def message_of(request: ProjectRequest, pk: uuid.UUID) -> Message:
    messages = Message.objects.for_user(request.user).select_related("lane__comparison", "lane__model", "answer")
    return get_object_or_404(messages, pk=pk)


def answer_of(request: ProjectRequest, pk: uuid.UUID) -> Answer:
    answers = Answer.objects.for_user(request.user).select_related("lane", "message")
    return get_object_or_404(answers, pk=pk)
