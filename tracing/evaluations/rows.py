"""Rows of a run, one for each example and trial: read a page at a time, and of long values only the beginning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left

from tracing import json_text, tables
from tracing.digests import LENGTH_OF_DIGEST
from tracing.evaluations import exceptions
from tracing.evaluations.metrics import COST, DURATION, TOKENS, Metric, together
from tracing.evaluations.scores import Score, scores
from tracing.json_values import JsonNumber, JsonText
from tracing.models import Call
from tracing.refs import is_ref
from tracing.visits import Space

PAGE = 50
#: Letters of an output that a table has room for, and of a member of an example.
LONGEST_OUTPUT, LONGEST_EXAMPLE = 600, 600


@dataclass(frozen=True, slots=True)
class Row:
    call: Call
    #: Which time this example was tried in this run, from 1.
    trial: int
    #: Of the example: what rows of several runs are compared by.
    key: str
    example: dict[str, str]
    output: str | None
    is_cut: bool
    scores: dict[Metric, Score]
    #: The model's own, where it was measured; else that of the whole row.
    seconds: float | None
    #: Why it or a call below it failed.
    reason: str

    @property
    def id(self) -> str:
        return self.call.call_id

    @property
    def texts(self) -> dict[str, str]:
        """What it took, as it is written."""
        values = {
            "latency": (DURATION, self.seconds),
            "tokens": (TOKENS, self.call.tokens),
            "cost": (COST, self.call.cost),
        }
        return {name: "–" if value is None else metric.write(value) for name, (metric, value) in values.items()}

    @property
    def is_failed(self) -> bool:
        return self.call.status in (Call.Status.ERROR, Call.Status.DESCENDANT_ERROR)


def read(space: Space, calls: QuerySet[Call]) -> list[Row]:
    """In their order: as many as are shown at once."""
    output = Coalesce(JsonText(F("output"), ["output"]), JsonText(F("output"), ["model_output"]))
    shown = calls.annotate(
        example=JsonText(F("inputs"), ["example"]),
        output_text=Left(output, LONGEST_OUTPUT + 1),
        score_text=JsonText(F("output"), ["scores"]),
        model_latency=JsonNumber(F("output"), ["model_latency"]),
    )
    found: list[Any] = list(shown.defer("inputs", "output", "attributes", "summary", "otel_dump"))
    examples = _examples(space, [call.example for call in found])
    trials, reasons = _trials(space, found), _reasons(space, found)
    return [_row(call, trials.get(call.pk, 1), examples[call.example], reasons.get(call.call_id, "")) for call in found]


def _row(call: Any, trial: int, example: dict[str, str], reason: str) -> Row:
    text: str | None = call.output_text
    latency = None if call.latency_ms is None else call.latency_ms / 1000
    return Row(
        call,
        trial,
        key=call.example_digest or "",
        example=example,
        output=text if text is None else text[:LONGEST_OUTPUT],
        is_cut=text is not None and len(text) > LONGEST_OUTPUT,
        scores=scores(json_text.load(call.score_text) if call.score_text else None),
        seconds=latency if call.model_latency is None else call.model_latency,
        reason=reason,
    )


def _trials(space: Space, calls: Sequence[Call]) -> dict[int, int]:
    """By the calls' keys: which time this is that the run tried this example."""
    alike = Call.objects.filter(
        project=space.project_id,
        parent_id=OuterRef("parent_id"),
        example_digest=OuterRef("example_digest"),
        example_digest__isnull=False,
    )
    # The database counts what came before, in an index: one example may have been tried any number of times.
    sooner = Q(started_at__lt=OuterRef("started_at")) | Q(started_at=OuterRef("started_at"), pk__lt=OuterRef("pk"))
    before = alike.filter(sooner).order_by().values("example_digest").annotate(trials=Count("pk")).values("trials")
    shown = Call.objects.filter(pk__in=[call.pk for call in calls]).annotate(trial=Coalesce(Subquery(before), 0) + 1)
    return dict(shown.values_list("pk", "trial"))


def _examples(space: Space, texts: Iterable[str | None]) -> dict[str | None, dict[str, str]]:
    """By what the inputs said, a row of a dataset or the example itself: its members as text."""
    digests = {text: text[-LENGTH_OF_DIGEST:] for text in texts if is_ref(text) and text}
    rows = tables.values(space, list(digests.values()))
    found: dict[str | None, dict[str, str]] = {}
    for text in texts:
        value = rows.get(digests[text], "null") if text in digests else text
        found[text] = _members(value or "null")
    return found


def _members(text: str) -> dict[str, str]:
    try:
        value = json_text.load(text)
    except ValueError:
        value = text
    if not isinstance(value, dict):
        return {} if value is None else {"example": written(value)}
    return {str(name): written(item) for name, item in value.items()}


def written(value: Any) -> str:
    text = value if isinstance(value, str) else json_text.dump(value)
    return text if len(text) <= LONGEST_EXAMPLE else f"{text[:LONGEST_EXAMPLE]} …"


def _reasons(space: Space, calls: Sequence[Call]) -> dict[str, str]:
    """Of the calls that failed, or one of whose own calls did."""
    reasons = {call.call_id: exceptions.reason(call.exception) for call in calls if call.exception}
    above = [call.call_id for call in calls if call.status == Call.Status.DESCENDANT_ERROR]
    if above:
        failed = Call.objects.filter(project=space.project_id, parent_id__in=above, status=Call.Status.ERROR).visible()
        beginning = failed.annotate(said=Left("exception", 20_000)).order_by("started_at", "id")
        for parent, op, said in beginning.values_list("parent_id", "op", "said").iterator(chunk_size=PAGE):
            reasons.setdefault(parent or "", f"{op}: {exceptions.reason(said)}")
    return reasons


def fields(rows: Iterable[Row]) -> list[str]:
    """Of their examples, in the order they come in."""
    return list(dict.fromkeys(field for row in rows for field in row.example))


def scored(rows: Iterable[Row]) -> list[Metric]:
    return together(row.scores for row in rows)
