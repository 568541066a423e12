"""Examples that runs have in common, a page of them, with what each run made of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Count, F, Min, Q, TextField, Value, Window
from django.db.models.functions import Coalesce, RowNumber

from tracing.evaluations import rows
from tracing.evaluations.metrics import Metric
from tracing.evaluations.rows import Row
from tracing.evaluations.runs import Run
from tracing.evaluations.scores import Score
from tracing.json_values import JsonText
from tracing.models import Call
from tracing.visits import Space

PAGE = 20
#: Trials of one run that are shown of one example.
MOST_TRIALS = 4


class Show(StrEnum):
    ALL = "all"
    SCORES = "scores"
    OUTPUTS = "outputs"

    @property
    def words(self) -> str:
        return {"all": "All examples", "scores": "Scores differ", "outputs": "Outputs differ"}[self.value]


#: What of a row is looked at for differences.
_COMPARED: dict[Show, Any] = {
    Show.SCORES: JsonText(F("output"), ["scores"]),
    Show.OUTPUTS: Coalesce(JsonText(F("output"), ["output"]), JsonText(F("output"), ["model_output"])),
}


#: By example and run: the first trials, and how many there are.
Found = dict[tuple[str, str], tuple[list[Row], int]]


@dataclass(frozen=True, slots=True)
class Tried:
    """What one run made of one example."""

    letter: str
    rows: tuple[Row, ...]
    #: How many of its trials are not among them.
    more: int

    @property
    def is_several(self) -> bool:
        return len(self.rows) > 1


@dataclass(frozen=True, slots=True)
class Example:
    number: int
    fields: dict[str, str]
    tried: tuple[Tried, ...]

    @property
    def lines(self) -> list[tuple[Tried, list[tuple[Row, list[tuple[Metric, Score, bool]]]]]]:
        """What each run made of it: rows with their scores, and whether the baseline never scored so."""
        base: dict[Metric, set[str]] = defaultdict(set)
        for row in self.tried[0].rows:
            for metric, score in row.scores.items():
                base[metric].add(score.text)
        return [(one, [(row, _scored(row, base)) for row in one.rows]) for one in self.tried]


@dataclass(frozen=True, slots=True)
class Page:
    show: Show
    page: int
    examples: list[Example]
    total: int

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.examples) - 1

    @property
    def is_last(self) -> bool:
        return self.last >= self.total


def page(space: Space, runs: Sequence[Run], letters: Sequence[str], show: Show, number: int) -> Page:
    ids = [run.id for run in runs]
    every = _keys(space, ids, show)
    first = (number - 1) * PAGE
    keys = every[first : first + PAGE]
    found = _found(space, ids, keys)
    examples = [_example(first + place, key, ids, letters, found) for place, key in enumerate(keys, 1)]
    return Page(show, number, examples, len(every))


def _found(space: Space, ids: Sequence[str], keys: Sequence[str]) -> Found:
    """Trials are numbered before any is read: one example may have thousands, and none of another be missed for it."""
    alike: Any = {"partition_by": [F("parent_id"), F("example_digest")]}
    numbered = (
        Call.objects.with_examples(space.project_id, ids)
        .filter(example_digest__in=keys)
        .annotate(
            place=Window(RowNumber(), order_by=["started_at", "id"], **alike), trials=Window(Count("pk"), **alike)
        )
        .filter(place__lte=MOST_TRIALS)
        .values_list("pk", "trials")
    )
    trials = dict(numbered)
    found: Found = {}
    for row in rows.read(space, Call.objects.filter(pk__in=trials).order_by("started_at", "id")):
        found.setdefault((row.key, row.call.parent_id or ""), ([], trials[row.call.pk]))[0].append(row)
    return found


def _keys(space: Space, ids: Sequence[str], show: Show) -> list[str]:
    """In the order in which the baseline came to their examples; those it has not come last."""
    calls = Call.objects.with_examples(space.project_id, ids)
    if show in _COMPARED:
        calls = calls.annotate(compared=Coalesce(_COMPARED[show], Value("", output_field=TextField())))
    groups: Any = calls.values("example_digest").annotate(
        first=Min("started_at", filter=Q(parent_id=ids[0])), start=Min("started_at")
    )
    if show in _COMPARED:
        groups = groups.annotate(kinds=Count("compared", distinct=True), runs=Count("parent_id", distinct=True))
        groups = groups.filter(Q(kinds__gt=1) | Q(runs__lt=len(ids)))
    ordered = groups.order_by(F("first").asc(nulls_last=True), "start", "example_digest")
    return [key for key, *_ in ordered.values_list("example_digest", "first", "start")]


def _example(number: int, key: str, ids: Sequence[str], letters: Sequence[str], found: Found) -> Example:
    of_runs = [found.get((key, one), ([], 0)) for one in ids]
    fields: dict[str, str] = next((row.example for of_run, _ in of_runs for row in of_run), {})
    tried = (
        Tried(letter, tuple(of_run), trials - len(of_run))
        for letter, (of_run, trials) in zip(letters, of_runs, strict=True)
    )
    return Example(number, fields, tuple(tried))


def _scored(row: Row, base: dict[Metric, set[str]]) -> list[tuple[Metric, Score, bool]]:
    return [(metric, score, metric in base and score.text not in base[metric]) for metric, score in row.scores.items()]
