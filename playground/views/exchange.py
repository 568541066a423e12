"""Comparisons as files: out as JSON or Markdown, in as JSON."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from accounts.access import ProjectRequest, member
from playground.doors import comparison_to_copy
from playground.errors import Refusal
from playground.exporting import as_json
from playground.forms import ImportForm
from playground.importing import import_file
from playground.models import Comparison
from playground.transcripts import as_markdown


@member
@require_GET
def comparison_json(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = comparison_to_copy(request, pk)
    return _file(found, as_json(found), "application/json", "json")


@member
@require_GET
def comparison_markdown(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = comparison_to_copy(request, pk)
    return _file(found, as_markdown(found), "text/markdown; charset=utf-8", "md")


def _file(comparison: Comparison, text: str, content_type: str, ending: str) -> HttpResponse:
    name = slugify(str(comparison))[:60] or "comparison"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"', "X-Content-Type-Options": "nosniff"}
    # What half a character was cut off of cannot be said in UTF-8.
    return HttpResponse(text.encode(errors="replace"), content_type=content_type, headers=headers)


@member
def comparison_import(request: ProjectRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        try:
            imported = import_file(request.user, request.project, form.cleaned_data["file"].read())
        except Refusal as refusal:
            form.add_error("file", refusal.message)
        else:
            for remark in imported.remarks:
                messages.warning(request, remark)
            return redirect(imported.comparison)
    status = 422 if form.is_bound else 200
    return render(request, "playground/import.html", {"section": "playground", "form": form}, status=status)
