"""The settings panel, one form with a tab for each lane, for all lanes at once, and for all lanes as a table.

What is written goes from tab to tab as a draft within the form: posted with `then` it shows the next tab, and posted
without, all of it is saved. A field that is not posted is left as it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.access import ProjectRequest, member
from playground import lanes
from playground.broadcast import tell_head, tell_transcript
from playground.doors import comparison_of, lane_once_of
from playground.errors import Refusal
from playground.examples import EXAMPLES
from playground.models import Comparison
from playground.responses import CLOSE_DIALOG, done, refusals_answered
from playground.settings_draft import ALL, SettingsDraft
from playground.settings_table import SettingsTable

TABLE = "table"
CLOSED = "This lane has since been closed. Changes made only to it were lost."


@member
@refusals_answered
def lane_settings(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    return _panel(request, lane_once_of(request, pk).comparison, str(pk))


@member
@refusals_answered
def all_settings(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """What is changed here goes to every open lane."""
    return _panel(request, comparison_of(request, pk), ALL)


@member
@refusals_answered
def settings_table(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    return _panel(request, comparison_of(request, pk), TABLE)


@dataclass(frozen=True, slots=True)
class Tab:
    scope: str
    label: str
    title: str = ""
    is_customized: bool = False
    is_edited: bool = False
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the panel is open."""

    tab: str
    #: The field that has the focus.
    field: str = ""
    #: Whoever came by a tab has the focus on it again.
    is_walked: bool = False
    refusal: str = ""


def _panel(request: ProjectRequest, comparison: Comparison, tab: str) -> HttpResponse:
    board = list(comparison.lanes.open().select_related("model"))
    if not board:
        # Deleted since it was looked up.
        raise Http404
    draft = SettingsDraft(board, request.POST.get("draft", ""))
    if request.method != "POST":
        return _shown(request, comparison, draft, Place(tab))
    _take(request, draft, tab)
    if tab not in (*draft.layers, TABLE):
        return _shown(request, comparison, draft, Place(ALL, refusal=CLOSED))
    if then := request.POST.get("then"):
        scope, _, field = then.partition(":")
        return _shown(request, comparison, draft, Place(scope, field, is_walked=not field))
    return _saved(request, comparison, draft, tab)


def _take(request: ProjectRequest, draft: SettingsDraft, tab: str) -> None:
    if tab in draft.layers:
        draft.take(tab, request.POST.dict(), request.POST.getlist("reset"))
    elif tab == TABLE:
        for scope in draft.lanes:
            draft.take(scope, request.POST.dict(), (), prefix=f"{scope}-")


def _saved(request: ProjectRequest, comparison: Comparison, draft: SettingsDraft, tab: str) -> HttpResponse:
    if wrong := draft.wrong():
        stays = tab in wrong or (tab == TABLE and SettingsTable(draft).is_wrong)
        return _shown(request, comparison, draft, Place(tab if stays else wrong[0]))
    refusal = _save(draft)
    return _shown(request, comparison, draft, Place(tab, refusal=refusal)) if refusal else done(CLOSE_DIALOG)


def _save(draft: SettingsDraft) -> str:
    """Why not, if it is refused: that stands in the panel, where nothing that was written is lost."""
    changes = draft.changes()
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


def _shown(request: ProjectRequest, comparison: Comparison, draft: SettingsDraft, place: Place) -> HttpResponse:
    """A lane that was closed meanwhile gives way to all."""
    tab = place.tab if place.tab in (*draft.layers, TABLE) else ALL
    context = {"comparison": comparison, "draft": draft, "tabs": list(_tabs(draft)), "current": tab, "place": place}
    if tab == TABLE:
        return render(request, "playground/_settings_table.html", context | {"table": SettingsTable(draft)})
    form = draft.form(tab)
    form.focus(place.field or ("" if place.is_walked else form.first_mistake))
    context |= {"lane": draft.lanes.get(tab), "form": form, "examples": EXAMPLES}
    return render(request, "playground/_settings.html", context)


def _tabs(draft: SettingsDraft) -> Iterator[Tab]:
    wrong = draft.wrong()
    for scope, lane in draft.lanes.items():
        is_edited, is_wrong = bool(draft.layers[scope]), scope in wrong
        yield Tab(scope, lane.letter, lane.model.name, lane.is_customized, is_edited, is_wrong)
    yield Tab(ALL, "All lanes", is_edited=bool(draft.layers[ALL]), is_wrong=ALL in wrong)
    yield Tab(TABLE, "Table")
