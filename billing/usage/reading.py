"""The named reads of usage: everything is bounded by an organization and a window, which is how the indexes lie."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db import models
from django.db.models import Case, F, Sum, Value, When

from billing.usage.periods import Window

SUMS = ("requests", "errors", "prompt_tokens", "cached_tokens", "completion_tokens", "cost")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose usage may be seen: an organization's, or in it one person's."""

    organization_id: uuid.UUID
    user_id: int | None = None

    @property
    def conditions(self) -> dict[str, Any]:
        own = {} if self.user_id is None else {"user_id": self.user_id}
        return {"organization_id": self.organization_id, **own}


class UsageSumsQuerySet(models.QuerySet[Any]):
    @property
    def period(self) -> str:
        """The column of time: `hour` of UsageHour."""
        return (self.model._meta.object_name or "").removeprefix("Usage").lower()

    def seen_in(self, scope: Scope) -> Self:
        return self.filter(**scope.conditions)

    def within(self, window: Window) -> Self:
        """The window must be a whole number of these periods."""
        return self.filter(**{f"{self.period}__gte": window.start, f"{self.period}__lt": window.end})

    def by_start(self) -> Self:
        return self.annotate(start=F(self.period))

    def in_series(self, column: str, values: Sequence[Any]) -> Self:
        """With `series`: the value of the column if it is one of these, else NULL."""
        kind = self.model._meta.get_field(column).__class__
        output: Any = kind(max_length=200) if kind is models.CharField else kind()
        one_of_them = When(**{f"{column}__in": values}, then=F(column))
        chosen: Any = Case(one_of_them, default=Value(None), output_field=output) if values else Value(None, output)
        return self.annotate(series=chosen)

    def summed(self, *columns: str, sums: Sequence[str] = SUMS) -> Any:
        """One tuple for each combination of the columns: their values, then the sums."""
        return self.values_list(*columns).annotate(*(Sum(name) for name in sums)).order_by()


class UsageRecordQuerySet(models.QuerySet[Any]):
    def seen_in(self, scope: Scope) -> Self:
        return self.filter(**scope.conditions)

    def within(self, window: Window) -> Self:
        return self.filter(ended_at__gte=window.start, ended_at__lt=window.end)

    def newest_first(self) -> Self:
        return self.order_by("-ended_at", "-id")

    def oldest_first(self) -> Self:
        return self.order_by("ended_at", "id")
