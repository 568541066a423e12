"""Views of the table of traces: saved, changed, renamed, deleted, opened by default."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import ProjectRequest, member
from tracing.models import SavedView
from tracing.traces.asking import ALL, Ask

MOST = 200


class NameForm(forms.Form):
    name = forms.CharField(max_length=100)


@member
@require_POST
def view_new(request: ProjectRequest) -> HttpResponse:
    form, query = NameForm(request.POST), _asked(request)
    views = SavedView.objects.filter(project=request.project)
    if not form.is_valid():
        messages.error(request, "A view needs a name of at most 100 letters.")
        return _table(request, query)
    if views.count() >= MOST:
        messages.error(request, f"A project keeps at most {MOST} views. Delete one first.")
        return _table(request, query)
    made, is_new = views.get_or_create(
        name=form.cleaned_data["name"],
        defaults={"project": request.project, "query": query, "created_by": request.user},
    )
    if not is_new:
        messages.error(request, f"There is a view “{made}” already. Choose another name.")
        return _table(request, query)
    messages.success(request, f"The view “{made}” is saved for everybody in this project.")
    return _opened(request, made)


@member
@require_POST
def view_save(request: ProjectRequest, pk: int) -> HttpResponse:
    view = _view(request, pk)
    view.query = _asked(request)
    view.save(update_fields=["query"])
    messages.success(request, f"The view “{view}” is now what you see.")
    return _opened(request, view)


@member
@require_POST
def view_rename(request: ProjectRequest, pk: int) -> HttpResponse:
    view, form = _view(request, pk), NameForm(request.POST)
    others = SavedView.objects.filter(project=request.project).exclude(pk=pk)
    if not form.is_valid() or others.filter(name=form.cleaned_data["name"]).exists():
        messages.error(request, "A view needs a name that no other has, of at most 100 letters.")
        return _opened(request, view)
    view.name = form.cleaned_data["name"]
    view.save(update_fields=["name"])
    return _opened(request, view)


@member
@require_POST
def view_default(request: ProjectRequest, pk: int) -> HttpResponse:
    """A second time it is no more."""
    view = _view(request, pk)
    view.make_default(not view.is_default)
    return _opened(request, view)


@member
@require_POST
def view_delete(request: ProjectRequest, pk: int) -> HttpResponse:
    view = _view(request, pk)
    view.delete()
    messages.success(request, f"The view “{view}” is deleted.")
    return _table(request, "")


def _view(request: ProjectRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView, project=request.project, pk=pk)


def _asked(request: ProjectRequest) -> str:
    """What can be understood of the address that the page had."""
    return Ask.read(QueryDict(request.POST.get("query", "")[:20_000])).kept_query


def _opened(request: ProjectRequest, view: SavedView) -> HttpResponseRedirect:
    return _table(request, f"{view.query}&view={view.pk}".lstrip("&"))


def _table(request: ProjectRequest, query: str) -> HttpResponseRedirect:
    address = reverse("calls", args=[request.project.team.slug, request.project.slug])
    return HttpResponseRedirect(f"{address}?{query or ALL}")
