"""Projects: listed, made, and chosen as the current one."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ProjectRequest, SignedInRequest, member, signed_in
from accounts.current import choose_project
from accounts.forms import ProjectForm, ProjectSwitchForm
from accounts.models import Project

#: Where a switch of the project leads, by the section it was made in.
AFTER_SWITCH = {"inference": "inference", "settings": "projects"}


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
    choose_project(request, get_object_or_404(Project.objects.for_user(request.user), pk=form.cleaned_data["project"]))
    return redirect(AFTER_SWITCH.get(request.POST.get("section", ""), "playground"))


@signed_in
@require_safe
def project(request: SignedInRequest, team: str, project: str) -> HttpResponse:
    choose_project(request, get_object_or_404(Project.objects.for_user(request.user), team__slug=team, slug=project))
    return redirect("playground")
