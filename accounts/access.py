"""Who may open a view. Every view states its rule with one of these decorators; a test walks the URLs and checks.

A stranger to an organization gets 404 for all that is in it; a member who lacks a role gets 403 with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django_htmx.middleware import HtmxDetails

from accounts.current import current_project
from accounts.models import Membership, Organization, Project, User

P = ParamSpec("P")
View = Callable[..., HttpResponseBase]


class Access(StrEnum):
    PUBLIC = "anyone"
    SIGNED_IN = "signed in"
    MEMBER = "member of the current project's organization"
    ADMIN = "admin of the current project's organization"
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
    """The view gets a request whose `project` and `organization` are the current ones."""
    return _stated(_with_project(view), Access.MEMBER)


def admin(view: Callable[Concatenate[ProjectRequest, P], HttpResponseBase]) -> View:
    @wraps(view)
    def checked(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        role = Membership.objects.get(organization=request.organization, user=request.user).role
        if role != Membership.Role.ADMIN:
            raise PermissionDenied("Only admins of the organization can open this page.")
        request.is_admins = True
        return view(request, *args, **kwargs)

    return _stated(_with_project(checked), Access.ADMIN)


def _with_project(view: Callable[..., HttpResponseBase]) -> View:
    @wraps(view)
    def with_project(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        project = current_project(request)
        if project is None:
            return redirect("project-new")
        request.project = project
        request.organization = project.team.organization
        return view(request, *args, **kwargs)

    return login_required(with_project)


def _stated(view: Any, access: Access) -> View:
    view.access = access
    stated: View = view
    return stated
