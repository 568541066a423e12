"""What is asked of the table of evaluations: which, in which order, which page. It is all in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from tracing.evaluations.metrics import Metric
from tracing.models import Call
from tracing.sorted_pages import Sortable, page_number

PAGE = 50
#: Columns that are not metrics, by their names in the address.
SORTS = {
    "name": "shown",
    "status": "status",
    "user": "user__username",
    "called": "started_at",
    "latency": "latency_ms",
    "tokens": "tokens",
    "cost": "cost",
}
NEWEST = "called"
STATUSES = dict(Call.Status.choices)


_WORDS = ("text", "evaluation", "model", "dataset")


def word(given: QueryDict, name: str) -> str:
    """No text that is kept has a NUL."""
    return given.get(name, "").replace("\0", "").strip()[:256]


@dataclass(frozen=True, slots=True)
class Ask(Sortable):
    text: str = ""
    #: Names, of any version.
    evaluation: str = ""
    model: str = ""
    dataset: str = ""
    status: str = ""
    #: A name of SORTS, or the key of a metric.
    sort: str = NEWEST
    is_ascending: bool = False
    page: int = 1

    @classmethod
    def read(cls, given: QueryDict) -> Ask:
        """What cannot be understood is not asked."""
        status, text = given.get("status", ""), {name: word(given, name) for name in _WORDS}
        return cls(
            status=status if status in STATUSES else "",
            sort=given.get("sort", "")[:500] or NEWEST,
            is_ascending=given.get("order") == "ascending",
            page=page_number(given),
            **text,
        )

    @property
    def metric(self) -> Metric | None:
        return None if self.sort in SORTS else Metric.read(self.sort)

    @property
    def is_filtered(self) -> bool:
        return any((self.text, self.evaluation, self.model, self.dataset, self.status))

    def query(self, **changed: Any) -> str:
        """As an address has it; what is as it would be anyway is left out."""
        ask = replace(self, **{"page": 1, **changed})
        said = {
            "text": ask.text,
            "evaluation": ask.evaluation,
            "model": ask.model,
            "dataset": ask.dataset,
            "status": ask.status,
            "sort": "" if ask.sort == NEWEST else ask.sort,
            "order": "ascending" if ask.is_ascending else "",
            "page": "" if ask.page == 1 else ask.page,
        }
        return urlencode({key: value for key, value in said.items() if value})

    def begins_ascending(self, sort: str) -> bool:
        return sort == "name"

    @property
    def heads(self) -> dict[str, tuple[str, str]]:
        """Of the columns that are no metrics: the address of the order by it, and which way it is sorted by now."""
        return {sort: (self.sorted_by(sort), self.way_of(sort)) for sort in SORTS}
