"""The requests behind a bar, or behind one part of it: records of the raw table, newest first, a page at a time."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from billing.models import UsageRecord
from billing.usage.asking import MOST_MONTHS
from billing.usage.figures import totals
from billing.usage.measures import Sums
from billing.usage.periods import Grain, Window
from billing.usage.reading import Scope
from billing.usage.splits import Split
from common.ids import NIL

PAGE = 50
TIME = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Drill:
    window: Window
    split: Split | None = None
    #: The one value; None together with `besides`: all values but these.
    value: Any = None
    besides: tuple[Any, ...] = field(default=())

    @property
    def query(self) -> str:
        return "&".join(filter(None, (self.time_query, self.split_query)))

    @property
    def time_query(self) -> str:
        return urlencode({"since": f"{self.window.start:{TIME}}", "until": f"{self.window.end:{TIME}}"})

    @property
    def split_query(self) -> str:
        if not self.split:
            return ""
        chosen = {"besides": self.besides} if self.value is None else {"value": self.value}
        return urlencode({"split": self.split.value, **chosen}, doseq=True)

    def total(self, scope: Scope) -> Sums:
        """From the sums: the records themselves are never counted."""
        condition = Q()
        if self.split:
            condition = Q((f"{self.split.column}__in", self.besides or (self.value,)))
        found = totals(self.window, scope, "organization_id", ~condition if self.besides else condition)
        return next(iter(found.values()), Sums())

    def records(self, scope: Scope) -> QuerySet[UsageRecord]:
        rows = UsageRecord.objects.seen_in(scope).within(self.window).newest_first()
        if not self.split:
            return rows
        if not self.besides:
            return rows.filter(**_condition(self.split.column, self.value))
        for value in self.besides:
            rows = rows.exclude(**_condition(self.split.column, value))
        return rows


def _condition(column: str, value: Any) -> dict[str, Any]:
    """Sums call the key of people in the browser by the nil UUID, records have none there."""
    return {f"{column}__isnull": True} if value == NIL else {column: value}


@dataclass(frozen=True, slots=True)
class Before:
    """Where a page begins: after this record."""

    ended_at: datetime
    id: uuid.UUID

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError."""
        moment, _, identity = text.partition("~")
        return cls(datetime.fromisoformat(moment).astimezone(UTC), uuid.UUID(identity))

    def __str__(self) -> str:
        return f"{self.ended_at.isoformat()}~{self.id}"

    def page(self, rows: QuerySet[UsageRecord]) -> QuerySet[UsageRecord]:
        return rows.filter(ended_at__lte=self.ended_at).exclude(ended_at=self.ended_at, id__gte=self.id)


class _Moment(forms.DateTimeField):
    def __init__(self) -> None:
        wrong = {"invalid": "This is not a time, such as 2026-11-23T10:00.", "required": "This is missing."}
        super().__init__(input_formats=[TIME], error_messages=wrong)


class DrillForm(forms.Form):
    """Addresses of drills are made by the page above; one that was changed by hand is told what is wrong with it."""

    since, until = _Moment(), _Moment()
    split = forms.ChoiceField(choices=[(split.value, "") for split in Split], required=False)
    value = forms.CharField(required=False, max_length=300)
    before = forms.CharField(required=False, max_length=100)

    def clean_before(self) -> Before | None:
        try:
            return Before.parse(self.cleaned_data["before"]) if self.cleaned_data["before"] else None
        except (ValueError, OverflowError) as error:
            raise ValidationError("This is not where a page begins.") from error

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if not self.errors:
            self._check_window(Window(said["since"], said["until"]))
            said["values"] = self._values()
        return said

    def _check_window(self, window: Window) -> None:
        if window.start >= window.end:
            raise ValidationError("The end lies before the beginning.")
        if window.end.year > 2100:
            raise ValidationError("That time is too far ahead.")
        if window.end - window.start > timedelta(days=31 * MOST_MONTHS):
            raise ValidationError(f"{MOST_MONTHS} months are shown at most.")
        if window != window.widened(Grain.HOUR):
            raise ValidationError("Usage is summed by the hour: begin and end with one.")

    def _values(self) -> list[Any]:
        """Those that are asked for, or those that are left out."""
        said, data = self.cleaned_data, self.data
        besides = data.getlist("besides")[:20] if hasattr(data, "getlist") else []
        try:
            return [Split(said["split"]).parse(text) for text in besides or [said["value"]]] if said["split"] else []
        except ValueError as error:
            raise ValidationError(f"There is no such {said['split']}.") from error

    def drill(self) -> Drill:
        """Of a valid form."""
        said = self.cleaned_data
        window = Window(said["since"], said["until"])
        if not said["split"]:
            return Drill(window)
        split = Split(said["split"])
        if said["value"]:
            return Drill(window, split, value=said["values"][0])
        return Drill(window, split, besides=tuple(said["values"]))
