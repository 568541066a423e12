"""What is asked of a usage page, as its address says it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError

from billing.usage.measures import MEASURES, Measure
from billing.usage.periods import Grain, Window
from billing.usage.splits import Split

RANGES = {
    "24h": "24 hours",
    "7d": "7 days",
    "30d": "30 days",
    "month": "This month",
    "last-month": "Last month",
    "custom": "Custom",
}
#: So many bars can still be told apart, and so many rows be summed at once.
MOST = {Grain.HOUR: 7 * 24, Grain.DAY: 92, Grain.MONTH: 24}
MOST_MONTHS = MOST[Grain.MONTH]
SPLITS = {Split.MODEL: "Model", Split.PROJECT: "Project", Split.USER: "User", Split.KEY: "API key"}
#: What the table can be sorted by: its measures, or the names.
SORTS = ("name", *(name for name in MEASURES if name != "tokens"))


#: Nobody used anything earlier.
FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Ask:
    range: str
    window: Window
    grain: Grain
    #: As it was asked for; empty: whatever suits the window.
    by: str
    split: Split
    measure: Measure
    sort: str
    is_ascending: bool

    @property
    def query(self) -> str:
        """The address that asks for this and nothing else."""
        days = {"since": f"{self.window.start:%Y-%m-%d}", "until": f"{self.window.last_day:%Y-%m-%d}"}
        said = {
            "range": self.range,
            **(days if self.range == "custom" else {}),
            "by": self.by,
            "split": self.split.value,
            "measure": self.measure.name,
            "sort": self.sort if (self.sort, self.is_ascending) != (self.measure.name, False) else "",
            "order": "asc" if self.is_ascending else "",
        }
        return urlencode({name: value for name, value in said.items() if value})

    def sorted_by(self, sort: str) -> Ask:
        """The other way round, if it is sorted by this already; names begin with A."""
        turned = not self.is_ascending if sort == self.sort else sort == "name"
        return replace(self, sort=sort, is_ascending=turned)

    def forced(self, grain: Grain) -> Ask:
        return replace(self, grain=grain, window=self.window.widened(grain))


def _choice(label: str, choices: dict[Any, str], what: str, **more: Any) -> forms.ChoiceField:
    names = ", ".join(str(name) for name in choices if name)
    wrong = f"There is no {what} “%(value)s”. There are: {names}."
    return forms.ChoiceField(
        label=label, choices=list(choices.items()), required=False, error_messages={"invalid_choice": wrong}, **more
    )


def _day(label: str) -> forms.DateField:
    wrong = "This is not a day, such as 2026-11-23."
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"], error_messages={"invalid": wrong}
    )


class UsageForm(forms.Form):
    range = _choice("Range", RANGES, "range", widget=forms.RadioSelect)
    since = _day("From")
    until = _day("To")
    by = _choice("By", {"": "Auto", "hour": "Hour", "day": "Day", "month": "Month"}, "way to sum up by")
    split = _choice("Split by", {split.value: title for split, title in SPLITS.items()}, "split by")
    measure = _choice("Measure", {name: measure.title for name, measure in MEASURES.items()}, "measure")
    sort = _choice("Sort", dict.fromkeys(SORTS, ""), "column", widget=forms.HiddenInput)
    order = _choice("Order", {"": "", "asc": "", "desc": ""}, "order", widget=forms.HiddenInput)

    def __init__(self, query: Any, *, now: datetime) -> None:
        # Filled in where the address says nothing, so that the controls show what is seen.
        said = {name: value for name in self.base_fields if (value := query.get(name, "").strip())}
        super().__init__({"range": "30d", "split": "model", "measure": "cost"} | said)
        self.now = now

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("range") == "custom" and not {"since", "until"} & set(self.errors):
            self._check_days()
        return said

    def _check_days(self) -> None:
        """The days as they are meant where one was left out."""
        said, today = self.cleaned_data, self.now.date()
        said["until"] = said["until"] or today
        said["since"] = said["since"] or max(said["until"], date.min + timedelta(days=30)) - timedelta(days=29)
        if said["since"] > said["until"]:
            self.add_error("until", "The end lies before the beginning.")
        elif said["since"] > today:
            self.add_error("since", f"That day is still to come: in UTC it is {today:%Y-%m-%d} now.")
        else:
            said["until"] = min(said["until"], today)
            self._check_length()

    def _check_length(self) -> None:
        last = self.cleaned_data["until"]
        months = max(FIRST_YEAR * 12, last.year * 12 + last.month - MOST_MONTHS)
        earliest = date(months // 12, months % 12 + 1, 1)
        if self.cleaned_data["since"] < earliest:
            sentence = f"{MOST_MONTHS} months are shown at most: begin with {earliest:%Y-%m-%d} or later."
            self.add_error("since", ValidationError(sentence))

    def ask(self) -> Ask:
        """Of a valid form."""
        said = self.cleaned_data
        window = self._window()
        measure = said["measure"]
        asked = Ask(
            range=said["range"],
            window=window,
            grain=Grain(said["by"]) if said["by"] else fitting(window),
            by=said["by"],
            split=Split(said["split"]),
            measure=MEASURES[measure],
            sort=said["sort"] or ("cost" if measure == "tokens" else measure),
            is_ascending=said["order"] == "asc",
        )
        return asked.forced(bounded(window, asked.grain))

    @property
    def remarks(self) -> list[str]:
        """What was answered otherwise than asked for, and why."""
        said, window = self.cleaned_data, self._window()
        if not said["by"]:
            return []
        asked, given = Grain(said["by"]), bounded(window, Grain(said["by"]))
        if asked != given:
            bars = len(list(window.starts(asked)))
            return [
                f"By the {asked} these would be {bars:,} bars, and {MOST[asked]} are shown at most"
                f" ({LONGEST[asked]}): you see them by the {given}. Choose a shorter range for more detail."
            ]
        if window.start != given.floor(window.start):
            return [f"Whole {given}s are shown, from {given.label(window.start)} on."]
        return []

    def _window(self) -> Window:
        said = self.cleaned_data
        if said["range"] == "custom":
            return Window(_midnight(said["since"]), _midnight(said["until"]) + timedelta(days=1))
        return window_of(said["range"], self.now)


LONGEST = {Grain.HOUR: "7 days", Grain.DAY: "three months", Grain.MONTH: "two years"}


def window_of(name: str, now: datetime) -> Window:
    """A range that has a name, of which the last hour or day is still going on."""
    hour, day, month = (grain.floor(now) for grain in Grain)
    tomorrow = day + timedelta(days=1)
    if name == "24h":
        return Window(hour - timedelta(hours=23), hour + timedelta(hours=1))
    if name == "month":
        return Window(month, tomorrow)
    if name == "last-month":
        return Window(Grain.MONTH.floor(month - timedelta(days=1)), month)
    return Window(tomorrow - timedelta(days={"7d": 7, "30d": 30}[name]), tomorrow)


def fitting(window: Window) -> Grain:
    days = (window.end - window.start).days
    if days <= 2:
        return Grain.HOUR
    return Grain.DAY if days <= MOST[Grain.DAY] else Grain.MONTH


def bounded(window: Window, grain: Grain) -> Grain:
    """The grain, or the next coarser one that is not too much."""
    while len(list(window.starts(grain))) > MOST[grain] and grain is not Grain.MONTH:
        grain = grain.coarser
    return grain


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
