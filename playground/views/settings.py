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
from playground.doors import any_lane_of, comparison_of
from playground.errors import Refusal
from playground.examples import EXAMPLES
from playground.models import Comparison
from playground.responses import CLOSE_DIALOG, done, refusals_answered
from playground.settings_draft import ALL, SettingsDraft
from playground.settings_table import SettingsTable

TABLE = "table"
#: Whoever came by a tab has the focus on it again.
TAB = "tab"
CLOSED = "This lane has since been closed. Changes made only to it were lost."


@member
@refusals_answered
def lane_settings(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    return _panel(request, any_lane_of(request, pk).comparison, str(pk))


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


def _panel(request: ProjectRequest, comparison: Comparison, tab: str) -> HttpResponse:
    board = list(comparison.lanes.open().select_related("model"))
    if not board:
        # Deleted since it was looked up.
        raise Http404
    draft = SettingsDraft(board, request.POST.get("draft", ""))
    if request.method != "POST":
        return _shown(request, comparison, draft, tab)
    _take(request, draft, tab)
    if not _has_tab(draft, tab):
        return _shown(request, comparison, draft, ALL, refusal=CLOSED)
    if then := request.POST.get("then"):
        other, _, field = then.partition(":")
        return _shown(request, comparison, draft, other, focus=field or TAB)
    return _saved(request, comparison, draft, tab)


def _has_tab(draft: SettingsDraft, tab: str) -> bool:
    return tab == TABLE or tab in draft.layers


def _take(request: ProjectRequest, draft: SettingsDraft, tab: str) -> None:
    if tab in draft.layers:
        draft.take(tab, request.POST.dict(), request.POST.getlist("reset"))
    elif tab == TABLE:
        for scope in draft.lanes:
            draft.take(scope, request.POST.dict(), (), prefix=f"{scope}-")


def _saved(request: ProjectRequest, comparison: Comparison, draft: SettingsDraft, tab: str) -> HttpResponse:
    if wrong := draft.wrong():
        stays = tab in wrong or (tab == TABLE and SettingsTable(draft).is_wrong)
        return _shown(request, comparison, draft, tab if stays else wrong[0])
    refusal = _save(draft)
    return _shown(request, comparison, draft, tab, refusal=refusal) if refusal else done(CLOSE_DIALOG)


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


def _shown(
    request: ProjectRequest,
    comparison: Comparison,
    draft: SettingsDraft,
    tab: str,
    *,
    focus: str = "",
    refusal: str = "",
) -> HttpResponse:
    """`focus` is a field, or the tab itself; otherwise the first mistake has it."""
    if not _has_tab(draft, tab):
        # A lane that was closed meanwhile gives way to all.
        tab = ALL
    context = {"comparison": comparison, "draft": draft, "tabs": list(_tabs(draft)), "current": tab}
    context |= {"is_tab_focused": focus == TAB, "refusal": refusal}
    if tab == TABLE:
        return render(request, "playground/_settings_table.html", context | {"table": SettingsTable(draft)})
    form = draft.form(tab)
    form.focus(focus or form.first_mistake)
    context |= {"lane": draft.lanes.get(tab), "form": form, "examples": EXAMPLES, "drafted": len(draft.layers[tab])}
    return render(request, "playground/_settings.html", context)


def _tabs(draft: SettingsDraft) -> Iterator[Tab]:
    wrong = draft.wrong()
    for scope, lane in draft.lanes.items():
        is_edited, is_wrong = bool(draft.layers[scope]), scope in wrong
        yield Tab(scope, lane.letter, lane.model.name, lane.is_customized, is_edited, is_wrong)
    yield Tab(ALL, "All lanes", is_edited=bool(draft.layers[ALL]), is_wrong=ALL in wrong)
    yield Tab(TABLE, "Table")
