"""Leaders: the leaderboards of a project, and one of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ProjectRequest, member
from tracing import publishing
from tracing.errors import Missing
from tracing.evaluations.named import named
from tracing.leaderboards import boards, choices, drafting, results
from tracing.models import Object
from tracing.pages.spaces import Visitor, space_of

#: As many as a page lists; the newest.
MOST = 200


@member
@require_safe
def leaderboards(request: ProjectRequest) -> HttpResponse:
    found = boards.published(space_of(request)).newest().select_related("user").order_by("-created_at")[:MOST]
    listed = [(one, boards.read(one)) for one in found]
    return render(request, "tracing/leaderboards.html", _context(listed=listed))


@member
@require_safe
def leaderboard(request: ProjectRequest, name: str) -> HttpResponse:
    space, found = space_of(request), _found(request, name)
    board = boards.read(found)
    place, is_reversed = request.GET.get("sort", ""), request.GET.get("order") == "reversed"
    sort = int(place) if place.isdecimal() and len(place) < 4 else None
    rows = results.results(space, board.columns)
    names = named(space, [column.evaluation_ref for column in board.columns])
    context = _context(
        object=found,
        board=board,
        heads=[
            (column, names.get(column.evaluation_ref), *_way(column, here, sort, is_reversed))
            for here, column in enumerate(board.columns)
        ],
        rows=[
            (
                row.model,
                [
                    (cell, cell.text(column.metric) if cell else "")
                    for cell, column in zip(row.cells, board.columns, strict=True)
                ],
            )
            for row in results.ordered(rows, board.columns, sort, is_reversed=is_reversed)
        ],
    )
    return render(request, "tracing/leaderboard.html", context)


def _way(column: boards.Column, here: int, sort: int | None, is_reversed: bool) -> tuple[str, str]:
    """Which way a column is sorted now, and the address of the other order by it, the best first."""
    if here != sort:
        return "", f"sort={here}"
    way = "ascending" if bool(column.should_minimize) != is_reversed else "descending"
    return way, f"sort={here}" if is_reversed else f"sort={here}&order=reversed"


@member
@require_http_methods(["GET", "HEAD", "POST"])
def leaderboard_new(request: ProjectRequest) -> HttpResponse:
    form = drafting.BoardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        object_id = drafting.object_id_of(form.cleaned_data["name"])
        if not _is_taken(request, object_id):
            return _shown(request, _publish(request, object_id, form))
        form.add_error("name", f"There is an object “{object_id}” in this project already; choose another name.")
    return _draft(request, form, None)


@member
@require_http_methods(["GET", "HEAD", "POST"])
def leaderboard_edit(request: ProjectRequest, name: str) -> HttpResponse:
    found = _found(request, name)
    board = boards.read(found)
    now = {"name": board.name, "description": board.description, "based_on": found.digest}
    form = drafting.BoardForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["based_on"] != found.digest:
            form.add_error(
                None, f"Version {found.version} was published meanwhile. Open this page again to change that one."
            )
        elif (published := _publish(request, found.object_id, form)).version < found.version:
            form.add_error(None, _said_before(published, found))
        else:
            return _shown(request, published)
    return _draft(request, form, found)


@member
@require_POST
def leaderboard_delete(request: ProjectRequest, name: str) -> HttpResponse:
    found = _found(request, name)
    publishing.delete(space_of(request), found.object_id, None)
    messages.success(request, f"The leaderboard {boards.read(found).name} is deleted. Its evaluations are still there.")
    return redirect("leaderboards", request.project.team.slug, request.project.slug)


def _publish(request: ProjectRequest, object_id: str, form: drafting.BoardForm) -> Object:
    document = form.board().document()
    return publishing.publish(Visitor(request.user), space_of(request), object_id, document, expected_digest=None)


def _said_before(published: Object, newest: Object) -> str:
    """Content is one version for all time, as programs rely on: an earlier one does not become the newest again."""
    return (
        f"Version {published.version} says exactly this, and the same is not published twice: the newest stays "
        f"version {newest.version}. Change anything, such as the description, to publish version {newest.version + 1}."
    )


def _shown(request: ProjectRequest, published: Object) -> HttpResponse:
    messages.success(request, f"Version {published.version} of the leaderboard is published.")
    return redirect("leaderboard", request.project.team.slug, request.project.slug, published.object_id)


def _draft(request: ProjectRequest, form: drafting.BoardForm, found: Object | None) -> HttpResponse:
    columns = form.columns if form.is_bound else list(boards.read(found).columns) if found else []
    context = _context(
        form=form,
        object=found,
        columns=[drafting.chosen(column) for column in columns],
        groups=choices.groups(space_of(request), columns),
        most=boards.MOST_COLUMNS,
    )
    return render(request, "tracing/leaderboard_edit.html", context, status=422 if form.errors else 200)


def _found(request: ProjectRequest, name: str) -> Object:
    try:
        found = publishing.find(space_of(request), name, publishing.LATEST)
    except Missing as missing:
        raise Http404(missing.message) from None
    if found.base_class != boards.CLASS:
        raise Http404
    return found


def _is_taken(request: ProjectRequest, object_id: str) -> bool:
    return Object.objects.filter(project=request.project, object_id=object_id).kept().exists()


def _context(**more: object) -> dict[str, object]:
    return {"section": "leaders", "tab": "leaderboards", **more}
