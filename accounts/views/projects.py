"""Projects: listed, made, and chosen as the current one."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ProjectRequest, SignedInRequest, admin, member, signed_in
from accounts.authentication import forget_all
from accounts.current import choose_project
from accounts.forms import ProjectForm, ProjectSwitchForm
from accounts.models import Project

#: Where a switch of the project leads, by the section it was made in.
AFTER_SWITCH = {"inference": "inference", "settings": "projects"}
#: Those that are pages of the project itself.
WITHIN_PROJECT = {"traces": "calls", "evals": "evaluations", "leaders": "leaderboards"}


@member
@require_safe
def projects(request: ProjectRequest) -> HttpResponse:
    rows = Project.objects.for_user(request.user).select_related("team__organization")
    context = {
        "section": "settings",
        "tab": "projects",
        "projects": rows.filter(team__organization=request.organization),
        "organization": request.organization,
    }
    return render(request, "settings/projects.html", context)


@admin
@require_POST
def trace_calls(request: ProjectRequest, project_id: uuid.UUID) -> HttpResponse:
    ours = Project.objects.for_user(request.user).filter(team__organization=request.organization)
    project = get_object_or_404(ours.select_related("team"), pk=project_id)
    project.trace_calls(request.POST.get("on") == "true")
    forget_all()
    said = "are traced now" if project.traces_calls else "are not traced any more"
    messages.success(request, f"API calls of {project.path} {said}.")
    return redirect("projects")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest) -> HttpResponse:
    form = ProjectForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        project = form.save()
        choose_project(request, project)
        messages.success(request, f"The project {project.path} is made; you are in it now.")
        return redirect("projects")
    context = {"section": "settings", "tab": "projects", "form": form}
    return render(request, "settings/project_new.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def switch(request: SignedInRequest) -> HttpResponse:
    form = ProjectSwitchForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("project must be the ID of a project")
    projects = Project.objects.for_user(request.user).select_related("team")
    project = get_object_or_404(projects, pk=form.cleaned_data["project"])
    choose_project(request, project)
    section = request.POST.get("section", "")
    if within := WITHIN_PROJECT.get(section):
        return redirect(within, team=project.team.slug, project=project.slug)
    return redirect(AFTER_SWITCH.get(section, "playground"))


@signed_in
@require_safe
def project(request: SignedInRequest, team: str, project: str) -> HttpResponse:
    choose_project(request, get_object_or_404(Project.objects.for_user(request.user), team__slug=team, slug=project))
    return redirect("playground")
