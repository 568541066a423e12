"""A traced call, opened in the Playground."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.access import ProjectRequest, member
from accounts.models import Project
from common.texts import storable
from playground.comparisons import first_model
from playground.from_call import open_call
from tracing.chats import chat_at


@member
@require_POST
def comparison_from_call(request: ProjectRequest) -> HttpResponse:
    projects = Project.objects.for_user(request.user).select_related("team")
    path, call_id = (storable(request.POST.get(name, "")) for name in ("project", "call"))
    project = get_object_or_404(projects.at(path))
    chat = chat_at(project, call_id)
    if chat is None:
        raise Http404
    first = first_model(project.team_id)
    if first is None:
        messages.error(request, "No provider serves a model yet, so there is nobody to ask.")
        return redirect("call", project.team.slug, project.slug, call_id)
    opened = open_call(request.user, project, chat, first)
    for remark in opened.remarks:
        messages.warning(request, remark)
    return redirect(opened.comparison)
