"""What was published: models, datasets, prompts … and ops, each in its versions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest, member
from tracing import json_text, publishing, shown_values
from tracing.code import code_of
from tracing.errors import Missing
from tracing.evaluations.using import runs_with
from tracing.kinds import description, uri
from tracing.models import Object
from tracing.models.objects import SORTS, ObjectQuerySet
from tracing.pages.rows import rows_of
from tracing.pages.spaces import space_of
from tracing.traces.asking import Ask
from tracing.traces.conditions import Condition
from tracing.values import Source

PAGE = 50
VERSIONS = 200
CHOICES = [("", "All"), *((sort, f"{title}s") for sort, title in SORTS.items()), ("other", "Others")]


class ListForm(forms.Form):
    sort = forms.ChoiceField(choices=CHOICES, required=False, label="Kind")
    q = forms.CharField(max_length=256, required=False, label="Name contains")
    page = forms.IntegerField(min_value=1, max_value=100_000, required=False)

    @property
    def asked_sort(self) -> str:
        return self.asked("sort") or ""

    def asked(self, name: str) -> Any:
        """What is not in order is as if it was not said."""
        self.is_valid()
        return self.cleaned_data.get(name)


@member
@require_safe
def objects(request: ProjectRequest) -> HttpResponse:
    form = ListForm(request.GET)
    return _list(request, form, Object.objects.of_sort(form.asked_sort), "objects")


@member
@require_safe
def datasets(request: ProjectRequest) -> HttpResponse:
    return _list(request, ListForm(request.GET), Object.objects.of_sort("dataset"), "datasets")


@member
@require_safe
def ops(request: ProjectRequest) -> HttpResponse:
    return _list(request, ListForm(request.GET), Object.objects.filter(kind=Object.Kind.OP), "ops")


def _list(request: ProjectRequest, form: ListForm, found: ObjectQuerySet, tab: str) -> HttpResponse:
    newest = found.filter(project=request.project, object_id__icontains=form.asked("q") or "").newest()
    shown = newest.defer("val").select_related("user").prefetch_related("tags", "aliases")
    page = Paginator(shown.order_by("-created_at", "-pk"), PAGE).get_page(form.asked("page") or 1)
    context = {"section": "traces", "tab": tab, "form": form, "page": page}
    return render(request, "tracing/objects.html", context)


@member
@require_safe
def object_latest(request: ProjectRequest, name: str) -> HttpResponse:
    address = "op-version" if _found(request, name, publishing.LATEST).is_op else "object-version"
    return redirect(address, request.project.team.slug, request.project.slug, name, publishing.LATEST)


@member
@require_safe
def object_version(request: ProjectRequest, name: str, version: str) -> HttpResponse:
    found, space = _found(request, name, version), space_of(request)
    value = json_text.load(found.val)
    versions = Object.objects.filter(project=request.project, object_id=name).kept().order_by("-version")
    ref = uri(space, found)
    context = {
        "section": "traces",
        "tab": "ops" if found.is_op else "datasets" if found.base_class == "Dataset" else "objects",
        "object": found,
        "versions": versions.defer("val").select_related("user").prefetch_related("tags", "aliases")[:VERSIONS],
        "value": shown_values.shown(space, value, Source(space.path, "object", f"{name}:{found.digest}")),
        "code": code_of(space, value) if found.is_op else "",
        "rows": rows_of(space, value, request.GET),
        "ref": ref,
        "description": description(value),
        "calls_query": _calls_query(found, ref),
        "runs": runs_with(space, found, ref),
    }
    return render(request, "tracing/object.html", context)


def _calls_query(found: Object, ref: str) -> str:
    """Of the table of traces: calls of this version of an op, or that were given this version of an object."""
    asked = (found.object_id, "op_name", "equals") if found.is_op else ("", "inputs", "contains")
    return Ask(op=asked[0], is_all=True, conditions=(Condition(asked[1], asked[2], ref),)).query()


def _found(request: ProjectRequest, name: str, version: str) -> Object:
    try:
        return publishing.find(space_of(request), name, version)
    except Missing as missing:
        raise Http404(missing.message) from None
