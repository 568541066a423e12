"""A leaderboard as a person writes it, before it is published."""

from __future__ import annotations

import json
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from tracing.leaderboards.boards import MOST_COLUMNS, Board, Column
from tracing.leaderboards.choices import value_of
from tracing.refs import NotARef, Ref

LOWER, HIGHER = "lower", "higher"
#: As the client cuts the names that it makes of titles.
_LONGEST_ID = 128


class BoardForm(forms.Form):
    name = forms.CharField(max_length=200, label="Name")
    description = forms.CharField(
        max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3}), label="Description"
    )
    #: The version that was changed; somebody else may have published another meanwhile.
    based_on = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns: list[Column] = []

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not object_id_of(name):
            raise ValidationError("The name needs a letter or a digit: it becomes a part of the address.")
        return name

    def clean(self) -> None:
        """Columns come as lists of equal length, one item for each, in the order of the page."""
        data: Any = self.data
        chosen, ways = data.getlist("column"), data.getlist("better")
        if len(chosen) > MOST_COLUMNS:
            raise ValidationError(f"A leaderboard has at most {MOST_COLUMNS} columns.")
        if len(chosen) != len(ways):
            raise ValidationError("Every column has a metric and says which way is better.")
        self.columns = [_column(one, way) for one, way in zip(chosen, ways, strict=True)]
        if not self.columns:
            raise ValidationError("Add a column: a metric of an evaluation that models are ranked by.")

    def board(self) -> Board:
        asked = self.cleaned_data
        return Board(asked["name"], asked["description"].replace("\r\n", "\n"), tuple(self.columns))


def object_id_of(name: str) -> str:
    """As the client names the object of a leaderboard: empty for a name without a letter or digit."""
    plain = re.sub(r"([._-]{2,})+", "-", re.sub(r"[^\w._]+", "-", name))
    return plain.strip("-_")[:_LONGEST_ID]


def chosen(column: Column) -> tuple[str, str]:
    """What the form's two controls say of it."""
    value = value_of(column.evaluation_ref, column.scorer, column.path)
    return value, LOWER if column.should_minimize else HIGHER


def _column(choice: str, way: str) -> Column:
    try:
        ref, scorer, path = json.loads(choice)
        Ref.parse(ref)
    except (ValueError, TypeError, NotARef, AttributeError, RecursionError):
        raise ValidationError("Choose a metric for every column.") from None
    if not all(isinstance(one, str) and len(one) <= 1024 for one in (ref, scorer, path)) or not scorer:
        raise ValidationError("Choose a metric for every column.")
    return Column(ref, scorer, path, True if way == LOWER else None)
