"""Settings → Organization: its name and its members."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import ProjectRequest, admin, member
from accounts.forms import OrganizationForm


@member
@require_safe
def organization(request: ProjectRequest) -> HttpResponse:
    return _page(request, form=OrganizationForm(instance=request.organization))


@admin
@require_POST
def rename(request: ProjectRequest) -> HttpResponse:
    form = OrganizationForm(request.POST, instance=request.organization)
    if not form.is_valid():
        # The form has put the refused name on its instance; the rest of the page shows the true one.
        request.organization.refresh_from_db(fields=["name"])
        return _page(request, form=form, status=422)
    form.save()
    messages.success(request, f"The organization is now called {request.organization.name}.")
    return redirect("organization")


def _page(request: ProjectRequest, *, form: OrganizationForm, status: int = 200) -> HttpResponse:
    context = {
        "section": "settings",
        "tab": "organization",
        "form": form,
        "organization": request.organization,
        "memberships": request.organization.memberships.select_related("user").order_by("created_at"),
    }
    return render(request, "settings/organization.html", context, status=status)
