"""Settings → Teams of the current organization."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import ProjectRequest, admin, member
from accounts.forms import TeamForm
from accounts.models import Team


@member
@require_safe
def teams(request: ProjectRequest) -> HttpResponse:
    return _page(request, form=TeamForm())


@admin
@require_POST
def create(request: ProjectRequest) -> HttpResponse:
    form = TeamForm(request.POST, instance=Team(organization=request.organization))
    if not form.is_valid():
        return _page(request, form=form, status=422)
    team = form.save()
    messages.success(request, f"The team {team.slug} is made. Give it a project next.")
    return redirect("teams")


def _page(request: ProjectRequest, *, form: TeamForm, status: int = 200) -> HttpResponse:
    context = {
        "section": "settings",
        "tab": "teams",
        "form": form,
        "teams": request.organization.teams.prefetch_related("projects"),
    }
    return render(request, "settings/teams.html", context, status=status)
