"""The settings of all lanes as a table: a row for each lane, a column for each parameter that fits into a cell.

Of what does not, a few words lead to where it is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from playground.models import Lane
from playground.parameters import BY_NAME, Parameter
from playground.schemas import SCHEMA_NAME
from playground.setting import values_of
from playground.settings_draft import SettingsDraft
from playground.settings_form import LaneSettingsForm, Setting

Values = dict[str, Any]
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


def _stops(values: Values) -> str:
    stop = values["stop"]
    return _counted(1 if isinstance(stop, str) else len(stop or []), "stop")


def _format(values: Values) -> str:
    wanted = values["response_format"] or {}
    if named := wanted.get("json_schema"):
        return f"JSON schema: {named.get('name', SCHEMA_NAME)}"
    return "JSON" if wanted.get("type") == "json_object" else ""


def _functions(values: Values) -> str:
    return _counted(len(values["tools"] or []), "function")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""


#: In a few words; empty where nothing is set.
SUMMARIES: dict[str, Callable[[Values], str]] = {"stop": _stops, "response_format": _format, "tools": _functions}


@dataclass(frozen=True, slots=True)
class Summary:
    parameter: Parameter
    words: str
    #: Why the model does not take it.
    reason: str


@dataclass(frozen=True)
class Row:
    lane: Lane
    #: Of the cells.
    form: LaneSettingsForm
    values: Values
    #: The fields that have a mistake, cells or not.
    wrong: set[str]
    #: How many fields of the lane the draft has.
    drafted: int

    @property
    def cells(self) -> list[Setting]:
        """In the order of the columns."""
        cells = self._settings
        return [cells[name] for name in COLUMNS]

    @property
    def summaries(self) -> list[Summary]:
        cells = self._settings
        return [
            Summary(BY_NAME[name], self._words(name), cells[name].reason if cells[name].field.field.disabled else "")
            for name in SUMMARIES
        ]

    def _words(self, name: str) -> str:
        if name == "response_format" and "schema" in self.wrong:
            return "Invalid JSON schema"
        return "Invalid" if name in self.wrong else SUMMARIES[name](self.values)

    @cached_property
    def _settings(self) -> dict[str, Setting]:
        return {setting.parameter.name: setting for setting in self.form.settings()}

    @property
    def mistakes(self) -> list[str]:
        """The cells that have one."""
        return [name for name in COLUMNS if name in self.form.errors]

    @property
    def others(self) -> list[str]:
        """What else is set of the lane, by label."""
        return [
            setting.parameter.label
            for name, setting in self._settings.items()
            if name not in COLUMNS and name not in SUMMARIES and setting.is_set
        ]


class SettingsTable:
    def __init__(self, draft: SettingsDraft) -> None:
        self.rows = [
            Row(
                lane,
                draft.cells(scope, COLUMNS),
                values_of(lane) | draft.values(scope),
                draft.mistakes(scope),
                len(draft.layers[scope]),
            )
            for scope, lane in draft.lanes.items()
        ]
        self._focus_first_mistake()

    def _focus_first_mistake(self) -> None:
        for row in self.rows:
            if row.mistakes:
                row.form.focus(row.mistakes[0])
                return

    @property
    def is_wrong(self) -> bool:
        """In a cell of it, that is."""
        return any(row.mistakes for row in self.rows)

    @property
    def columns(self) -> list[Parameter]:
        return [BY_NAME[name] for name in COLUMNS]

    @property
    def summarized(self) -> list[Parameter]:
        return [BY_NAME[name] for name in SUMMARIES]
