"""The settings of all lanes as a table: a row for each lane, a column for each parameter that fits into a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playground.models import Lane
from playground.parameters import BY_NAME, Parameter
from playground.settings_form import LaneSettingsForm, Setting

COLUMNS = (
    "temperature",
    "max_tokens",
    "top_p",
    "frequency_penalty",
    "presence_penalty",
    "trials",
    "seed",
    "reasoning_effort",
    "is_traced",
)


@dataclass(frozen=True, slots=True)
class Row:
    lane: Lane
    form: LaneSettingsForm

    @property
    def cells(self) -> list[Setting]:
        """In the order of the columns."""
        cells = {setting.parameter.name: setting for setting in self.form.settings()}
        return [cells[name] for name in COLUMNS]

    @property
    def others(self) -> list[str]:
        """What else is set of the lane, by label."""
        shown = {BY_NAME[name].label for name in COLUMNS}
        return [label for label in self.lane.customized if label not in shown]


class SettingsTable:
    def __init__(self, board: Sequence[Lane], data: Any = None) -> None:
        # A lane that came after the table was shown has no row in it, and is left as it is.
        shown = [lane for lane in board if data is None or f"{lane.letter}-temperature" in data]
        forms = [LaneSettingsForm(data, lanes=[lane], only=COLUMNS, prefix=lane.letter) for lane in shown]
        self.rows = [Row(lane, form) for lane, form in zip(shown, forms, strict=True)]
        #: Why it could not be saved.
        self.refusal = ""

    @property
    def columns(self) -> list[Parameter]:
        return [BY_NAME[name] for name in COLUMNS]

    def is_valid(self) -> bool:
        return all([row.form.is_valid() for row in self.rows])  # noqa: C419 -- every row is to say its mistakes

    @property
    def changes(self) -> list[tuple[Lane, dict[str, Any]]]:
        return [(row.lane, changes) for row in self.rows if (changes := row.form.changes)]
