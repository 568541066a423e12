"""Parts of values that a page left out: the members that follow, the rest of a text, what a text holds."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest, member
from tracing import shown_values, values
from tracing.errors import Missing
from tracing.pages.files import content_of
from tracing.pages.spaces import space_of
from tracing.values import Source

DEEPEST = 500


class PartForm(forms.Form):
    of = forms.ChoiceField(choices=[(name, name) for name in ("call", "object", "row", "feedback")])
    id = forms.CharField(max_length=400, strip=False)
    part = forms.CharField(max_length=20, required=False)
    path = forms.CharField(max_length=20_000, strip=False)
    start = forms.IntegerField(min_value=0, required=False)
    content = forms.BooleanField(required=False)

    def clean_path(self) -> values.Path:
        try:
            path = json.loads(self.cleaned_data["path"])
        except (ValueError, RecursionError):
            path = None
        if not isinstance(path, list) or len(path) > DEEPEST:
            raise ValidationError("path is a list of names and indexes")
        if any(isinstance(step, bool) or not isinstance(step, str | int) for step in path):
            raise ValidationError("path is a list of names and indexes")
        return tuple(path)


@member
@require_safe
def value(request: ProjectRequest) -> HttpResponseBase:
    form = PartForm(request.GET)
    if not form.is_valid():
        raise Http404
    asked, space = form.cleaned_data, space_of(request)
    source = Source(space.path, asked["of"], asked["id"], asked["part"])
    try:
        found = values.at(shown_values.read(space, source), asked["path"])
    except (Missing, LookupError):
        raise Http404 from None
    start = asked["start"] or 0
    if isinstance(found, str):
        return content_of(request, found) if asked["content"] else _text(request, source, asked["path"], found, start)
    node = shown_values.shown(space, found, source, asked["path"], start)
    rest = values.more(source, node.path, start + len(node.members), len(found), values.MEMBERS) if start else node.more
    return render(request, "tracing/_value_members.html", {"node": node, "more": rest})


def _text(request: ProjectRequest, source: Source, path: values.Path, text: str, start: int) -> HttpResponse:
    end = start + values.PIECE
    context: dict[str, Any] = {
        "text": text[start:end],
        "more": values.more(source, path, end, len(text), values.PIECE),
    }
    return render(request, "tracing/_value_text.html", context)
