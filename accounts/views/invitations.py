"""Invitations: links that admins make and that make whoever follows them, once, a member."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import members
from accounts.access import ProjectRequest, PublicRequest, SignedInRequest, admin, public, signed_in
from accounts.current import choose_project
from accounts.forms import InvitationForm
from accounts.models import Invitation, Project


@admin
@require_safe
def invitations(request: ProjectRequest) -> HttpResponse:
    return _page(request, form=InvitationForm())


@admin
@require_POST
@never_cache
def create(request: ProjectRequest) -> HttpResponse:
    """Answers with the page itself: a redirect would need to keep the link somewhere."""
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    _, token = Invitation.objects.issue(
        organization=request.organization,
        invited_by=request.user,
        role=form.cleaned_data["role"],
        email=form.cleaned_data["email"],
    )
    link = request.build_absolute_uri(reverse("invitation", args=[token]))
    return _page(request, form=InvitationForm(), link=link)


@admin
@require_POST
def withdraw(request: ProjectRequest, invitation_id: UUID) -> HttpResponse:
    get_object_or_404(request.organization.invitations, pk=invitation_id).withdraw()
    messages.success(request, "The invitation is withdrawn: its link no longer works.")
    return redirect("invitations")


@public
@require_safe
@never_cache
def invitation(request: PublicRequest, token: str) -> HttpResponse:
    found = Invitation.objects.open().for_token(token).select_related("organization", "invited_by").first()
    return render(
        request, "accounts/invitation.html", {"invitation": found, "token": token}, status=200 if found else 404
    )


@signed_in
@require_POST
def accept(request: SignedInRequest, token: str) -> HttpResponse:
    found = get_object_or_404(Invitation.objects.for_token(token))
    try:
        membership = members.accept(invitation=found, user=request.user)
    except members.NotOpen:
        return redirect("invitation", token=token)
    project = Project.objects.for_user(request.user).filter(team__organization=found.organization).first()
    if project:
        choose_project(request, project)
    role = membership.get_role_display().lower()
    messages.success(request, f"You belong to {found.organization} now, as {role}.")
    return redirect("home")


def _page(request: ProjectRequest, *, form: InvitationForm, link: str = "", status: int = 200) -> HttpResponse:
    context = {
        "section": "settings",
        "tab": "invitations",
        "form": form,
        "link": link,
        "invitations": request.organization.invitations.select_related("invited_by", "accepted_by"),
    }
    return render(request, "settings/invitations.html", context, status=status)
