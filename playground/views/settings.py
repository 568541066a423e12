"""The settings panel: of one lane, of all lanes at once, and of all lanes as a table.

Each saves what is posted; posted with `then`, the next one follows.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.access import ProjectRequest, member
from playground import lanes
from playground.broadcast import tell_head, tell_transcript
from playground.doors import comparison_of, lane_of
from playground.errors import Refusal
from playground.examples import EXAMPLES
from playground.models import Comparison, Lane
from playground.responses import CLOSE_DIALOG, done
from playground.settings_form import LaneSettingsForm
from playground.settings_table import SettingsTable

ALL, TABLE = "all", "table"
Changes = Sequence[tuple[Lane, dict[str, Any]]]


@member
def lane_settings(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    lane = lane_of(request, pk)
    return _panel(request, lane.comparison, str(lane.pk))


@member
def all_settings(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """What is changed here goes to every open lane."""
    return _panel(request, comparison_of(request, pk), ALL)


@member
def settings_table(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    comparison = comparison_of(request, pk)
    if request.method != "POST":
        return _shown(request, comparison, TABLE)
    board = _board(comparison)
    table = SettingsTable(board, request.POST)
    if not table.is_valid():
        return _table(request, comparison, board, table)
    table.refusal = _save(table.changes)
    return _table(request, comparison, board, table) if table.refusal else _next(request, comparison)


def _panel(request: ProjectRequest, comparison: Comparison, of: str) -> HttpResponse:
    if request.method != "POST":
        return _shown(request, comparison, of)
    board = _board(comparison)
    chosen = _chosen(board, of)
    if not chosen:
        # Closed, or deleted, since it was looked up.
        raise Http404
    form = LaneSettingsForm(request.POST, lanes=chosen)
    if form.is_valid():
        refusal = _save([(lane, form.changes) for lane in form.lanes] if form.changes else [])
        if not refusal:
            return _next(request, comparison)
        form.add_error(None, refusal)
    return _form(request, comparison, board, of, form)


def _board(comparison: Comparison) -> list[Lane]:
    return list(comparison.lanes.open().select_related("model"))


def _chosen(board: Sequence[Lane], of: str) -> list[Lane]:
    return [lane for lane in board if of in (ALL, str(lane.pk))]


def _save(changes: Changes) -> str:
    """Why not, if it is refused: that stands in the panel, where nothing that was written is lost."""
    try:
        found = lanes.change_settings(changes)
    except Refusal as refusal:
        return refusal.message
    mocked = {lane.pk for lane, each in changes if "mocks" in each}
    for lane in found:
        tell_head(lane)
        if lane.pk in mocked:
            # Cards that wait for results offer them.
            tell_transcript(lane)
    return ""


def _next(request: ProjectRequest, comparison: Comparison) -> HttpResponse:
    then = request.POST.get("then", "")
    return _shown(request, comparison, then) if then else done(CLOSE_DIALOG)


def _shown(request: ProjectRequest, comparison: Comparison, of: str) -> HttpResponse:
    """As it is kept. A lane that was closed meanwhile gives way to all."""
    board = _board(comparison)
    if of == TABLE:
        return _table(request, comparison, board, SettingsTable(board))
    of = of if _chosen(board, of) else ALL
    return _form(request, comparison, board, of, LaneSettingsForm(lanes=_chosen(board, of)))


def _form(
    request: ProjectRequest, comparison: Comparison, board: list[Lane], of: str, form: LaneSettingsForm
) -> HttpResponse:
    lane = None if of == ALL else form.lanes[0]
    context = {"lane": lane, "form": form, "examples": EXAMPLES, "current": of}
    return render(request, "playground/_settings.html", context | _around(request, comparison, board))


def _table(request: ProjectRequest, comparison: Comparison, board: list[Lane], table: SettingsTable) -> HttpResponse:
    context = {"table": table, "current": TABLE}
    return render(request, "playground/_settings_table.html", context | _around(request, comparison, board))


def _around(request: ProjectRequest, comparison: Comparison, board: list[Lane]) -> dict[str, Any]:
    """Whoever came by a tab has the focus on it again."""
    return {"comparison": comparison, "board": board, "is_walked": bool(request.POST.get("then"))}
