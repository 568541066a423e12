"""The way to each object: through the person who asks; what is a stranger's does not exist.

`…_of` gives what is the person's own, to be changed; `…_seen` also what others of the organization share, to be read.
"""

from __future__ import annotations

import uuid

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.access import ProjectRequest
from accounts.current import choose_project
from playground.models import Answer, Attachment, Comparison, Image, Lane, Message
from playground.models.comparisons import owned, seen

WITH_PROJECT = "project__team__organization"


def comparison_of(request: ProjectRequest, pk: uuid.UUID) -> Comparison:
    comparisons = Comparison.objects.for_user(request.user).select_related(WITH_PROJECT)
    return get_object_or_404(comparisons, pk=pk)


def comparison_seen(request: ProjectRequest, pk: uuid.UUID) -> Comparison:
    comparisons = Comparison.objects.seen_by(request.user).select_related(WITH_PROJECT, "created_by")
    return get_object_or_404(comparisons, pk=pk)


def comparison_to_copy(request: ProjectRequest, pk: uuid.UUID) -> Comparison:
    found = comparison_seen(request, pk)
    if not found.may_be_copied_by(request.user):
        raise Http404
    return found


def enter(request: ProjectRequest, comparison: Comparison) -> None:
    """The shell shows the project whose comparison is opened."""
    if comparison.project_id != request.project.pk:
        choose_project(request, comparison.project)
        request.project = comparison.project
        request.organization = comparison.project.team.organization


def lane_of(request: ProjectRequest, pk: uuid.UUID) -> Lane:
    lanes = Lane.objects.for_user(request.user).open().select_related("comparison__project", "model")
    return get_object_or_404(lanes, pk=pk)


def any_lane_of(request: ProjectRequest, pk: uuid.UUID) -> Lane:
    """Open, or closed by now."""
    return get_object_or_404(Lane.objects.for_user(request.user).select_related("comparison__project"), pk=pk)


def lane_seen(request: ProjectRequest, pk: uuid.UUID) -> Lane:
    return get_object_or_404(Lane.objects.seen_by(request.user).open(), pk=pk)


def message_of(request: ProjectRequest, pk: uuid.UUID) -> Message:
    messages = Message.objects.for_user(request.user).select_related("lane__comparison", "lane__model", "answer")
    return get_object_or_404(messages, pk=pk)


def message_seen(request: ProjectRequest, pk: uuid.UUID) -> Message:
    return get_object_or_404(Message.objects.seen_by(request.user), pk=pk)


def answer_seen(request: ProjectRequest, pk: uuid.UUID) -> Answer:
    answers = Answer.objects.seen_by(request.user).select_related("lane", "message")
    return get_object_or_404(answers, pk=pk)


def attachment_of(request: ProjectRequest, pk: uuid.UUID) -> Attachment:
    """Of the draft of one's own comparison."""
    attachments = Attachment.objects.filter(owned(request.user, "image__comparison__"), message=None)
    return get_object_or_404(attachments.select_related("image__comparison"), pk=pk)


def image_seen(request: ProjectRequest, pk: uuid.UUID) -> Image:
    """What is not sent yet is its owner's alone."""
    is_said = Exists(Attachment.objects.filter(image=OuterRef("pk"), message__isnull=False))
    may_be_seen = owned(request.user, "comparison__") | (seen(request.user, "comparison__") & is_said)
    return get_object_or_404(Image.objects.filter(may_be_seen).distinct(), pk=pk)
