"""Runs of evaluations that a version of an object had a part in: as model, dataset, scorer, or as the evaluation."""

from __future__ import annotations

from django.db.models import F, Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from tracing.evaluations import runs
from tracing.evaluations.runs import Run
from tracing.json_values import JsonText
from tracing.kinds import uri
from tracing.models import Call, Object
from tracing.visits import Space

#: Runs of a page; runs and evaluations that are looked at for them: the newest.
MOST, MOST_RUNS, MOST_EVALUATIONS = 20, 2_000, 500
#: What of an object's kinds can have a part; functions score and answer, too.
PARTS = ("Model", "Dataset", "Scorer", "Evaluation")


def runs_with(space: Space, used: Object, ref: str) -> list[Run]:
    """The newest of them. `ref` is that of the version."""
    if not used.is_op and used.base_class not in PARTS:
        return []
    by = [ref, *_evaluations_with(space, ref)]
    newest = Call.objects.filter(project=space.project_id).evaluations().order_by("-started_at", "-id")
    calls = Call.objects.filter(pk__in=newest.values("pk")[:MOST_RUNS]).select_related("user")
    calls = calls.annotate(model=JsonText(F("inputs"), ["model"]), evaluation=JsonText(F("inputs"), ["self"]))
    meant = calls.filter(Q(model=ref) | Q(evaluation__in=by)).order_by("-started_at", "-id")
    return runs.read(space, list(meant.defer("exception", "summary", "otel_dump")[:MOST]))


def _evaluations_with(space: Space, ref: str) -> list[str]:
    """References to those whose dataset, or one of whose scorers, it is."""
    evaluations = Object.objects.filter(project=space.project_id, kind=Object.Kind.OBJECT, base_class="Evaluation")
    newest = evaluations.kept().order_by("-created_at").values("pk")[:MOST_EVALUATIONS]
    is_scorer = Q(GreaterThan(StrIndex(JsonText(F("val"), ["scorers"]), Value(f'"{ref}"')), Value(0)))
    found = Object.objects.filter(pk__in=newest).annotate(dataset=JsonText(F("val"), ["dataset"]))
    return [uri(space, each) for each in found.filter(Q(dataset=ref) | is_scorer).only("kind", "object_id", "digest")]
