"""Evaluations side by side: their metrics, and their rows example by example."""

from __future__ import annotations

import json
from string import ascii_uppercase
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest, member
from tracing.errors import Invalid
from tracing.evaluations import comparing, matching
from tracing.evaluations.matching import Show
from tracing.leaderboards import boards
from tracing.pages.spaces import space_of
from tracing.sorted_pages import page_number


@member
@require_safe
def evaluations_compare(request: ProjectRequest) -> HttpResponse:
    ids, space = _ids(request.GET), space_of(request)
    context: dict[str, Any] = {"section": "evals", "tab": "evaluations", "chosen": len(ids)}
    try:
        runs = comparing.find(space, ids)
    except Invalid as invalid:
        return render(request, "tracing/evaluations_compare.html", context | {"fault": invalid.message}, status=422)
    if ids and not runs:
        raise Http404
    is_results = request.GET.get("view") == "results"
    links = Links(request.GET, [run.id for run in runs])
    context |= {"missing": len(ids) - len(runs), "links": links}
    if len(runs) > 1:
        comparison = (
            comparing.unmeasured(runs) if is_results else comparing.compare(space, runs, boards.minimized(space))
        )
        is_diff_only = request.GET.get("diff") == "only"
        context |= {
            "comparison": comparison.differing() if is_diff_only else comparison,
            "lanes": [(*one, lane) for one, lane in zip(comparison.lettered, links.lanes, strict=True)],
            "is_results": is_results,
            "is_diff_only": is_diff_only,
        }
        if is_results:
            context["page"] = _page(request, runs)
    return render(request, "tracing/evaluations_compare.html", context)


def _page(request: ProjectRequest, runs: list[Any]) -> matching.Page:
    show = request.GET.get("rows", "")
    return matching.page(
        space_of(request),
        runs,
        ascii_uppercase[: len(runs)],
        Show(show) if show in set(Show) else Show.ALL,
        page_number(request.GET),
    )


def _ids(given: QueryDict) -> list[str]:
    """`ids=…&ids=…`, or Weave's own `evaluationCallIds=["…","…"]`."""
    ids = given.getlist("ids")
    try:
        said = json.loads(given.get("evaluationCallIds", "[]"))
    except (ValueError, RecursionError):
        said = []
    ids += [one for one in said if isinstance(one, str)] if isinstance(said, list) else []
    return list(dict.fromkeys(one for one in ids if one and "\0" not in one))


class Links:
    """Addresses of the same comparison, changed in one thing."""

    def __init__(self, given: QueryDict, ids: list[str]) -> None:
        self.ids = ids
        self.given = {name: given[name] for name in ("view", "diff", "rows") if given.get(name)}

    def of(self, ids: list[str], **changed: Any) -> str:
        said = {name: value for name, value in {**self.given, **changed}.items() if value}
        return "?" + urlencode([*(("ids", one) for one in ids), *said.items()])

    @property
    def lanes(self) -> list[dict[str, str]]:
        """Of each: what makes it the baseline, moves it, takes it out; empty where that is not possible."""
        return [self._lane(place) for place in range(len(self.ids))]

    def _lane(self, place: int) -> dict[str, str]:
        ids = self.ids
        rest = ids[:place] + ids[place + 1 :]
        last = len(ids) - 1
        return {
            "baseline": self.of([ids[place], *rest]) if place else "",
            "earlier": self.of([*rest[: place - 1], ids[place], *rest[place - 1 :]]) if place else "",
            "later": self.of([*rest[: place + 1], ids[place], *rest[place + 1 :]]) if place < last else "",
            "remove": self.of(rest) if last > 1 else "",
        }

    @property
    def summary(self) -> str:
        return self.of(self.ids, view="", rows="")

    @property
    def results(self) -> str:
        return self.of(self.ids, view="results", diff="")

    @property
    def all(self) -> str:
        return self.of(self.ids, diff="")

    @property
    def differing(self) -> str:
        return self.of(self.ids, diff="only")

    @property
    def page(self) -> str:
        """To which the number is added."""
        return self.of(self.ids) + "&page="

    @property
    def shows(self) -> list[tuple[Show, str]]:
        return [(show, self.of(self.ids, rows="" if show is Show.ALL else show.value)) for show in Show]
