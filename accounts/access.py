"""Who may open a view. Every view states its rule with one of these decorators; a test walks the URLs and checks.

A stranger to an organization gets 404 for all that is in it; a member who lacks a role gets 403 with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django_htmx.middleware import HtmxDetails

from accounts.current import choose_project, current_project
from accounts.models import Membership, Organization, Project, User

P = ParamSpec("P")
View = Callable[..., HttpResponseBase]


class Access(StrEnum):
    PUBLIC = "anyone"
    SIGNED_IN = "signed in"
    MEMBER = "member of the current project's organization"
    ADMIN = "admin of the current project's organization"
    STAFF = "the operator's staff"
    KEY = "bearer of an API key"


class PublicRequest(HttpRequest):
    htmx: HtmxDetails


class SignedInRequest(PublicRequest):
    user: User


class ProjectRequest(SignedInRequest):
    #: The project that the sidebar shows; the caller belongs to its organization.
    project: Project
    organization: Organization


def public(view: Callable[Concatenate[PublicRequest, P], HttpResponseBase]) -> View:
    return _stated(login_not_required(view), Access.PUBLIC)


def signed_in(view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase]) -> View:
    return _stated(login_required(view), Access.SIGNED_IN)


def member(view: Callable[Concatenate[ProjectRequest, P], HttpResponseBase]) -> View:
    """The view gets a request whose `project` and `organization` are the current ones.

    At `/<team>/<project>/…` that is the project of the address, which becomes the current one.
    """
    return _stated(_with_project(view), Access.MEMBER)


def admin(view: Callable[Concatenate[ProjectRequest, P], HttpResponseBase]) -> View:
    return _admins(view, staff_too=False)


def admin_or_staff(view: Callable[Concatenate[ProjectRequest, P], HttpResponseBase]) -> View:
    """Staff open what is any organization's: the view must ask a door that knows them."""
    return _admins(view, staff_too=True)


def _admins(view: Callable[Concatenate[ProjectRequest, P], HttpResponseBase], *, staff_too: bool) -> View:
    @wraps(view)
    def checked(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        role = Membership.objects.get(organization=request.organization, user=request.user).role
        if role != Membership.Role.ADMIN and not (staff_too and request.user.is_staff):
            raise PermissionDenied("Only admins of the organization can open this page.")
        request.is_admins = True
        return view(request, *args, **kwargs)

    return _stated(_with_project(checked), Access.ADMIN)


def staff(view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase]) -> View:
    """Others are not told that there is such an address."""

    @wraps(view)
    def checked(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_staff:
            raise Http404
        return view(request, *args, **kwargs)

    return _stated(login_required(checked), Access.STAFF)


def _with_project(view: Callable[..., HttpResponseBase]) -> View:
    @wraps(view)
    def with_project(request: Any, *args: Any, team: str = "", project: str = "", **kwargs: Any) -> HttpResponseBase:
        found = _addressed(request, f"{team}/{project}") if team else current_project(request)
        if found is None:
            return redirect("project-new")
        request.project = found
        request.organization = found.team.organization
        return view(request, *args, **kwargs)

    return login_required(with_project)


def _addressed(request: HttpRequest, path: str) -> Project:
    projects = Project.objects.for_user(cast("User", request.user)).select_related("team__organization")
    project = get_object_or_404(projects.at(path))
    choose_project(request, project)
    return project


def _stated(view: Any, access: Access) -> View:
    view.access = access
    stated: View = view
    return stated
