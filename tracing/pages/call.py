"""One call, beside the tree that it stands in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from accounts.access import ProjectRequest, member
from tracing import json_text, links
from tracing.chats import chat_of
from tracing.code import code_at
from tracing.models import Call
from tracing.pages.spaces import space_of
from tracing.refs import SCHEME
from tracing.shown_values import shown
from tracing.traces import reacting
from tracing.traces import tree as trees
from tracing.traces.failures import failure_of
from tracing.traces.spending import spent_by
from tracing.traces.tree import Window
from tracing.values import Node, Source
from tracing.visits import Space


class FeedbackForm(forms.Form):
    """One of the three."""

    sign = forms.CharField(max_length=16, required=False)
    note = forms.CharField(max_length=10_000, required=False)
    withdrawn = forms.CharField(max_length=128, required=False)


@member
@require_safe
def call(request: ProjectRequest, call_id: str) -> HttpResponse:
    found, space = _found(request, call_id), space_of(request)
    context = {"section": "traces", "tab": "calls", **_detail(space, found)}
    if request.htmx and not request.htmx.history_restore_request:
        response = render(request, "tracing/_call.html", context)
    else:
        response = render(request, "tracing/call.html", context | {"tree": trees.tree(space, found)})
    patch_vary_headers(response, ["HX-Request"])
    return response


@member
@require_safe
def call_tree(request: ProjectRequest, call_id: str) -> HttpResponse:
    """All of the tree again, where something in it has changed; the call itself comes along when it has ended."""
    found, space = _found(request, call_id), space_of(request)
    tree = trees.tree(space, found)
    if request.GET.get("state") == tree.state:
        return HttpResponse(status=204)
    context: dict[str, Any] = {"call": found, "tree": tree}
    if request.GET.get("was") == Call.Status.RUNNING and not found.is_running:
        context |= _detail(space, found) | {"is_along": True}
    return render(request, "tracing/_tree.html", context)


@member
@require_safe
def call_children(request: ProjectRequest, call_id: str) -> HttpResponse:
    start, window = request.GET.get("start", ""), _window(request)
    parent = _found(request, call_id)
    branch = trees.below(space_of(request), parent, int(start) if start.isdecimal() and len(start) < 9 else 0, window)
    context = {"branch": branch, "window": window, "only": request.GET.get("only", "")}
    return render(request, "tracing/_branches.html", context)


@member
@require_safe
def call_search(request: ProjectRequest, call_id: str) -> HttpResponse:
    """Calls of its trace by name; without a name the whole tree again."""
    found, space = _found(request, call_id), space_of(request)
    text = request.GET.get("find", "").replace("\0", "")[:256].strip()
    if not text:
        return render(request, "tracing/_tree.html", {"call": found, "tree": trees.tree(space, found)})
    window = _window(request)
    context = {"call": found, "branches": trees.found(space, found, text, window), "window": window}
    return render(request, "tracing/_tree_found.html", context)


@member
@require_safe
def call_code(request: ProjectRequest, call_id: str) -> HttpResponse:
    found = _found(request, call_id)
    return render(request, "tracing/_code.html", {"code": code_at(space_of(request), found.op_name)})


@member
@require_POST
def call_feedback(request: ProjectRequest, call_id: str) -> HttpResponse:
    found, space, form = _found(request, call_id), space_of(request), FeedbackForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("A reaction has at most 16 letters, a note at most 10,000.")
    said = form.cleaned_data
    if said["sign"]:
        reacting.react(space, found, said["sign"])
    elif said["note"]:
        reacting.note(space, found, said["note"])
    elif said["withdrawn"]:
        reacting.withdraw(space, found, said["withdrawn"])
    if not request.htmx:
        return redirect("call", request.project.team.slug, request.project.slug, found.call_id)
    return render(request, "tracing/_feedback.html", {"call": found, "given": reacting.given(space, found)})


def _found(request: ProjectRequest, call_id: str) -> Call:
    calls = Call.objects.filter(project=request.project, call_id=call_id).visible().select_related("user")
    found = calls.defer("otel_dump").first()
    if found is None:
        raise Http404
    return found


def _window(request: ProjectRequest) -> Window:
    return Window.read(request.GET.get("begin", ""), request.GET.get("span", ""))


def _detail(space: Space, found: Call) -> dict[str, Any]:
    inputs, output = json_text.load(found.inputs), json_text.load(found.output or "null")
    summary = json_text.load(found.summary or "null")
    return {
        "call": found,
        "failure": failure_of(found.exception),
        "inputs": _node(space, found, "inputs", inputs),
        "output": _node(space, found, "output", output) if found.output is not None else None,
        "parts": [
            (part, Source(space.path, "call", found.call_id, part).address()) for part in ("attributes", "summary")
        ],
        "spent": spent_by(space, found, summary),
        "given": reacting.given(space, found),
        "is_chat": chat_of(inputs, output) is not None,
        "op_page": links.page_of(found.op_name) if found.op_name.startswith(SCHEME) else "",
    }


def _node(space: Space, found: Call, part: str, value: Any) -> Node:
    return shown(space, value, Source(space.path, "call", found.call_id, part))
