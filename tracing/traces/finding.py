"""The calls that are asked for, as queries that stay quick among a million: an index leads, or few are looked at.

Time, op, thread and status have indexes, and so have the orders by start, cost and latency. Where something else
decides, a text or a field of the inputs, the newest NEWEST calls are looked at, and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, OrderBy, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from tracing.call_fields import CallFields
from tracing.errors import Invalid
from tracing.expressions import condition
from tracing.models import Call
from tracing.ordering import orders
from tracing.shapes import Sort
from tracing.text_search import ContainsAnyCase
from tracing.traces.asking import NEWEST as CALLED
from tracing.traces.asking import Ask
from tracing.visits import Space

#: Calls that are looked at where no index says which are meant, or in which order.
NEWEST = 20_000
#: Counted up to; more are "more than".
MOST_COUNTED = 1_000
_SEARCHED = ("op", "display_name", "new_name", "inputs", "output", "exception")


@dataclass
class Found:
    """What was found wrong with the question is among `remarks`; what could be understood of it is answered."""

    space: Space
    ask: Ask

    def __post_init__(self) -> None:
        self.remarks: list[str] = []
        self.fields = CallFields(self.space)
        self.now = timezone.now()

    @cached_property
    def calls(self) -> QuerySet[Call]:
        """In their order."""
        meant = self._by_index()
        inside = self._inside()
        if inside or not self._is_sorted_by_index():
            meant = self._newest(meant).filter(inside)
        return meant.order_by(*self._orders())

    @cached_property
    def count(self) -> int:
        """One more than MOST_COUNTED stands for all that are more."""
        return self.calls.order_by()[: MOST_COUNTED + 1].count()

    def _by_index(self) -> QuerySet[Call]:
        ask = self.ask
        calls = Call.objects.filter(project=self.space.project_id).visible()
        since, until = ask.window(self.now)
        wanted = {
            "started_at__gte": since,
            "started_at__lt": until,
            "op": ask.op,
            "thread_id": ask.thread,
        }
        calls = calls.filter(**{name: value for name, value in wanted.items() if value})
        if ask.status:
            calls = calls.in_state(ask.status)
        return calls if ask.is_all or ask.thread else calls.filter(parent_id=None)

    def _inside(self) -> Q:
        wanted = Q(user=int(self.ask.user)) if self.ask.user else Q()
        if self.ask.text:
            found = Q()
            for column in _SEARCHED:
                found |= Q(ContainsAnyCase(Coalesce(F(column), Value("")), self.ask.text))
            wanted &= found
        for one in self.ask.conditions:
            try:
                wanted &= condition(one.expression(self.fields), self.fields)
            except Invalid as invalid:
                self.remarks.append(invalid.message)
        return wanted

    def _is_sorted_by_index(self) -> bool:
        """Latency has an index of whole traces alone; what one op or person did is sorted among its newest calls."""
        if self.ask.sort == CALLED:
            return True
        if self.ask.is_ascending or self.ask.is_filtered:
            return False
        return self.ask.sort == "cost" or (self.ask.sort == "latency" and not self.ask.is_all)

    def _newest(self, meant: QuerySet[Call]) -> QuerySet[Call]:
        """In the order of time the search ends with the page; another order needs all of them."""
        newest = meant.order_by("-started_at")
        edge = newest.values_list("started_at", flat=True)[NEWEST - 1 : NEWEST + 1]
        if len(edge) < 2:
            return meant
        self.remarks.append(
            f"Looked at the newest {NEWEST:,} calls of this time, op and status. "
            "Choose an earlier time to look further back."
        )
        if self.ask.sort == CALLED:
            return meant.filter(started_at__gte=edge[0])
        return Call.objects.filter(pk__in=newest.values("pk")[:NEWEST])

    def _orders(self) -> list[OrderBy | str]:
        try:
            sort = Sort(field=self.ask.sort_field, direction="asc" if self.ask.is_ascending else "desc")
            wanted: list[OrderBy] = orders([sort], self.fields)
        except Invalid as invalid:
            self.remarks.append(f"The order was not understood: {invalid.message}")
            wanted = [F("started_at").desc()]
        return [*wanted, *([] if self.ask.sort == CALLED else ["-started_at"]), "-pk"]
