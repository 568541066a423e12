"""Members of the current organization: their roles and their leaving."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts import members
from accounts.access import ProjectRequest, admin, member
from accounts.models import Membership


@admin
@require_POST
def change_role(request: ProjectRequest, membership_id: int) -> HttpResponse:
    membership = _membership(request, membership_id)
    role = request.POST.get("role")
    if role not in Membership.Role.values:
        return HttpResponseBadRequest("role must be admin or member")
    try:
        members.change_role(membership=membership, role=role)
    except members.LastAdmin:
        messages.error(request, f"{membership.user} is the last admin; make somebody else an admin first.")
    else:
        messages.success(request, f"{membership.user} is now {membership.get_role_display().lower()}.")
    return redirect("organization")


@admin
@require_POST
def remove(request: ProjectRequest, membership_id: int) -> HttpResponse:
    membership = _membership(request, membership_id)
    try:
        members.remove(membership=membership)
    except members.LastAdmin:
        messages.error(request, f"{membership.user} is the last admin; make somebody else an admin first.")
    else:
        messages.success(request, f"{membership.user} no longer belongs to {request.organization}.")
    return redirect("organization")


@member
@require_POST
def leave(request: ProjectRequest) -> HttpResponse:
    membership = request.organization.memberships.get(user=request.user)
    try:
        members.remove(membership=membership)
    except members.LastAdmin:
        messages.error(request, "You are the last admin; make somebody else an admin before you leave.")
        return redirect("organization")
    messages.success(request, f"You no longer belong to {request.organization}.")
    return redirect("home")


def _membership(request: ProjectRequest, membership_id: int) -> Membership:
    return get_object_or_404(request.organization.memberships.select_related("user"), pk=membership_id)
