"""The rows of one run that are asked for, a page of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import QueryDict

from tracing.errors import Invalid
from tracing.evaluations import rows
from tracing.evaluations.metrics import Metric
from tracing.evaluations.rows import PAGE, Row
from tracing.evaluations.runs import Run
from tracing.evaluations.scores import Score
from tracing.json_values import JsonNumber, JsonText
from tracing.models import Call
from tracing.sorted_pages import Paged, Sortable, page_number
from tracing.visits import Space

FAILED = (Call.Status.ERROR, Call.Status.DESCENDANT_ERROR)
SORTS = {"order": "started_at", "latency": "latency_ms", "tokens": "tokens", "cost": "cost"}
AS_RUN = "order"


@dataclass(frozen=True, slots=True)
class Ask(Sortable):
    is_failed_only: bool = False
    #: A name of SORTS, or the key of a score.
    sort: str = AS_RUN
    is_ascending: bool = True
    page: int = 1

    @classmethod
    def read(cls, given: QueryDict) -> Ask:
        return cls(
            given.get("rows") == "failed",
            given.get("sort", "")[:500] or AS_RUN,
            given.get("order") != "descending",
            page_number(given),
        )

    def query(self, **changed: Any) -> str:
        ask = replace(self, **{"page": 1, **changed})
        said = {
            "rows": "failed" if ask.is_failed_only else "",
            "sort": "" if ask.sort == AS_RUN else ask.sort,
            "order": "" if ask.is_ascending else "descending",
            "page": "" if ask.page == 1 else ask.page,
        }
        return urlencode({key: value for key, value in said.items() if value})

    def begins_ascending(self, sort: str) -> bool:  # noqa: ARG002 (all do)
        return True

    @property
    def heads(self) -> dict[str, tuple[str, str]]:
        return {sort: (self.sorted_by(sort), self.way_of(sort)) for sort in SORTS}


@dataclass(frozen=True, slots=True)
class Page(Paged):
    SIZE = PAGE

    ask: Ask
    rows: list[Row]
    #: Of the run, and of these how many failed and how many are over.
    total: int
    failed: int
    ended: int

    @property
    def shown(self) -> int:
        return len(self.rows)

    @property
    def matching(self) -> int:
        return self.failed if self.ask.is_failed_only else self.total

    @property
    def every(self) -> str:
        return self.ask.query(is_failed_only=False)

    @property
    def only_failed(self) -> str:
        return self.ask.query(is_failed_only=True)

    @property
    def fields(self) -> list[str]:
        return rows.fields(self.rows)

    @property
    def scores(self) -> list[Metric]:
        return rows.scored(self.rows)

    @property
    def columns(self) -> list[tuple[str, str, str]]:
        """Of scores: title, address of the order by it, and which way it is sorted by now."""
        return [(one.title, self.ask.sorted_by(one.key), self.ask.way_of(one.key)) for one in self.scores]

    @property
    def lines(self) -> list[tuple[Row, list[str], list[Score | None]]]:
        """Each row with its example's fields and its scores, one for each column."""
        fields, scores = self.fields, self.scores
        return [
            (row, [row.example.get(field, "") for field in fields], [row.scores.get(one) for one in scores])
            for row in self.rows
        ]

    @property
    def has_trials(self) -> bool:
        return any(row.trial > 1 for row in self.rows)


def page(space: Space, run: Run, ask: Ask) -> Page:
    counts = Call.objects.predictions_of(run.call).aggregate(
        total=Count("pk"),
        failed=Count("pk", filter=Q(status__in=FAILED)),
        ended=Count("pk", filter=Q(ended_at__isnull=False)),
    )
    first = (ask.page - 1) * PAGE
    return Page(ask, rows.read(space, asked(run, ask)[first : first + PAGE]), **counts)


def asked(run: Run, ask: Ask) -> QuerySet[Call]:
    calls = Call.objects.predictions_of(run.call)
    return _ordered(calls.filter(status__in=FAILED) if ask.is_failed_only else calls, ask)


def _ordered(calls: QuerySet[Call], ask: Ask) -> QuerySet[Call]:
    """By a score as a number, then as a word: true and false are words to the database."""
    if ask.sort in SORTS:
        columns: list[Any] = [F(SORTS[ask.sort])]
    else:
        path = ("scores", *Metric.read(ask.sort).path)
        try:
            columns = [JsonNumber(F("output"), path), JsonText(F("output"), path)]
        except Invalid:
            columns = []
    orders = [OrderBy(column, descending=not ask.is_ascending, nulls_last=True) for column in columns]
    return calls.order_by(*orders, "started_at", "id")
