"""Runs side by side: every figure of each beside that of the first, the baseline, and which way it went."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from tracing import json_text
from tracing.errors import Invalid
from tracing.evaluations import runs
from tracing.evaluations.metrics import COST, DURATION, TOKENS, Metric, number, plain, together
from tracing.evaluations.named import Named
from tracing.evaluations.runs import Run
from tracing.models import Call, Object
from tracing.values import is_custom
from tracing.visits import Space

#: As many as there are letters with a hue of their own.
MOST = 8
#: Metrics with a chart of their own; the table has all of them.
MOST_CHARTS = 12
_WHOLE = (DURATION, TOKENS, COST)
#: Members of a model that are not settings of it.
_NO_SETTINGS = ("name", "description", "ref")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Cell:
    letter: str
    value: float | None
    text: str
    #: Against the baseline: "+0.25 (+33%)", and in a word.
    delta: str = ""
    verdict: str = ""
    #: Its bar, in percent of the room that all of them share.
    left: str = "0"
    width: str = "0"


@dataclass(frozen=True, slots=True)
class Line:
    metric: Metric
    is_lower_better: bool
    cells: tuple[Cell, ...]

    @property
    def is_different(self) -> bool:
        return len({cell.value for cell in self.cells}) > 1


@dataclass(frozen=True, slots=True)
class Property:
    """What is no number: which model, which dataset, how it was set."""

    title: str
    texts: tuple[str, ...]

    @property
    def is_different(self) -> bool:
        return len(set(self.texts)) > 1


@dataclass(frozen=True, slots=True)
class Remark:
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Comparison:
    runs: list[Run]
    lines: list[Line]
    properties: list[Property]
    warnings: list[Remark]

    @property
    def lettered(self) -> list[tuple[str, Run]]:
        return list(zip(ascii_uppercase, self.runs, strict=False))

    @property
    def charted(self) -> list[Line]:
        return self.lines[:MOST_CHARTS]

    def differing(self) -> Comparison:
        lines = [line for line in self.lines if line.is_different]
        properties = [one for one in self.properties if one.is_different]
        return Comparison(self.runs, lines, properties, self.warnings)


def find(space: Space, ids: Sequence[str]) -> list[Run]:
    """In the order that was asked for; those that are not there are left out. Raises Invalid if they are too many."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST:
        raise Invalid(f"At most {MOST} evaluations are compared at once; {len(wanted)} were chosen.")
    calls = Call.objects.filter(project=space.project_id, call_id__in=wanted).evaluations().select_related("user")
    found = {run.id: run for run in runs.read(space, list(calls))}
    return [found[one] for one in wanted if one in found]


def unmeasured(found: list[Run]) -> Comparison:
    """Who is compared, and what to be warned of, without any figure."""
    return Comparison(found, [], [], list(_warnings(found)))


def compare(space: Space, found: list[Run], minimized: frozenset[Metric]) -> Comparison:
    """`minimized`: of which lower is better, beyond what is known of every such metric."""
    figures = [run.figures for run in found]
    metrics = [metric for metric in together(figures) if metric not in _WHOLE]
    lines = [
        _line(metric, figures, minimized) for metric in (*metrics, *_WHOLE) if any(metric in one for one in figures)
    ]
    properties = [*_properties(found), *_settings(space, found)]
    return Comparison(found, lines, properties, list(_warnings(found)))


def _line(metric: Metric, figures: Sequence[dict[Metric, float]], minimized: frozenset[Metric]) -> Line:
    """Lower is better where that is known of such a metric, or where a leaderboard of the project says so."""
    is_lower_better = metric.is_lower_better or metric in minimized
    values = [one.get(metric) for one in figures]
    known = [0.0, *(value for value in values if value is not None)]
    low, room = min(known), max(known) - min(known)
    return Line(
        metric,
        is_lower_better,
        tuple(
            _cell(metric, is_lower_better, letter, value, values[0], low, room)
            for letter, value in zip(ascii_uppercase, values, strict=False)
        ),
    )


def _cell(
    metric: Metric,
    is_lower_better: bool,
    letter: str,
    value: float | None,
    base: float | None,
    low: float,
    room: float,
) -> Cell:
    if value is None:
        return Cell(letter, None, "–")
    left, width = ((min(value, 0.0) - low) / room, abs(value) / room) if room else (0.0, 0.0)
    delta, verdict = ("", "") if letter == "A" or base is None else delta_of(metric, value, base, is_lower_better)
    return Cell(letter, value, metric.write(value), delta, verdict, f"{100 * left:.2f}", f"{100 * width:.2f}")


def delta_of(metric: Metric, value: float, base: float, is_lower_better: bool) -> tuple[str, str]:
    """What it is more or less than the baseline, and whether that is better."""
    difference = value - base
    if difference == 0:
        return "±0", "same"
    sign = "+" if difference > 0 else "−"
    relative = f" ({sign}{_percent(abs(difference / base))})" if base else ""
    is_better = (difference < 0) == is_lower_better
    return f"{sign}{metric.write_more(abs(difference))}{relative}", "better" if is_better else "worse"


def _percent(fraction: float) -> str:
    """To three digits."""
    percent = 100 * fraction
    return f"{number(percent)}%" if percent >= 999.5 else f"{plain(percent, 3)}%"


def _properties(found: Sequence[Run]) -> Iterator[Property]:
    def title(named: Named | None) -> str:
        return named.title if named else "–"

    asked: dict[str, Callable[[Run], str]] = {
        "Evaluation": lambda run: title(run.evaluation),
        "Model": lambda run: title(run.model),
        "Dataset": lambda run: title(run.dataset),
        "Scorers": lambda run: ", ".join(scorer.title for scorer in run.scorers) or ", ".join(sorted(run.scored_by)),
        "Trials": lambda run: str(run.trials),
        "Status": lambda run: run.call.get_status_display(),
    }
    for name, of in asked.items():
        yield Property(name, tuple(of(run) or "–" for run in found))


def _settings(space: Space, found: Sequence[Run]) -> list[Property]:
    """Members of the models: which temperature, which prompt."""
    refs = {(run.model.name, run.model.digest) for run in found if run.model}
    objects = Object.objects.filter(project=space.project_id, digest__in=[digest for _, digest in refs]).kept()
    values = {
        (name, digest): json_text.load(val) for name, digest, val in objects.values_list("object_id", "digest", "val")
    }
    settings = [_members(values.get((run.model.name, run.model.digest)) if run.model else None) for run in found]
    names = dict.fromkeys(name for one in settings for name in one)
    return [Property(f"Model: {name}", tuple(one.get(name, "–") for one in settings)) for name in names]


def _members(model: Any) -> dict[str, str]:
    if not isinstance(model, dict) or is_custom(model):
        return {}
    return {
        str(name): _written(value)
        for name, value in model.items()
        if name not in _NO_SETTINGS and not str(name).startswith("_") and "/op/" not in str(value) and value is not None
    }


def _written(value: Any) -> str:
    text = value if isinstance(value, str) else json_text.dump(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def _warnings(found: Sequence[Run]) -> Iterator[Remark]:
    """Scores of other questions, or of other judges, say little about a model."""
    datasets = {run.dataset.ref if run.dataset else None for run in found}
    if len(datasets) > 1:
        names = {run.dataset.name if run.dataset else None for run in found}
        what = "versions of one dataset" if len(names) == 1 else "datasets"
        yield Remark(
            "Dataset inconsistency",
            f"These evaluations ran on different {what}, so their metrics are not of the same examples.",
        )
    if len({run.scored_by for run in found if not run.is_running}) > 1:
        yield Remark(
            "Scoring inconsistency",
            "They were not scored by the same versions of the same scorers: equal metrics may mean different things.",
        )
    if any(run.is_running for run in found):
        yield Remark("Still running", "An evaluation that has not ended has no metrics yet.")
