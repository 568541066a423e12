"""The kinds of fields of the settings: what stands in each where nothing is set or lanes differ, and what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from playground.parameters import Parameter
from playground.schemas import Mistake

MOST_TEXT = 100_000
OTHERWISE = "Differs between lanes"
Choices = list[tuple[str, str]]


class SettingField(forms.Field):
    def show_difference(self) -> None:
        """Nothing written in it leaves the lanes as they are."""
        self.widget.attrs["placeholder"] = OTHERWISE


class Text(SettingField, forms.CharField):
    def __init__(self, label: str, rows: int) -> None:
        too_long = {"max_length": f"{label} has at most {MOST_TEXT:,} characters."}
        widget = forms.Textarea({"rows": rows})
        super().__init__(
            required=False, max_length=MOST_TEXT, strip=False, label=label, widget=widget, error_messages=too_long
        )

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class Code(Text):
    def __init__(self, label: str, read: Callable[[str], Any] = str) -> None:
        """`read` raises a Mistake."""
        super().__init__(label, 8)
        self.widget.attrs |= {"class": "input code", "spellcheck": "false", "autocomplete": "off"}
        self.read = read

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return self.read(text)
        except Mistake as mistake:
            raise forms.ValidationError(str(mistake)) from mistake


class Number(SettingField, forms.IntegerField):
    """A field of text: what is no number stays in it as it was written, beside the sentence about it."""

    what: str
    step: float

    def __init__(
        self, parameter: Parameter, least: float, most: float, example: float, name: str = "", between: str = ""
    ) -> None:
        name = name or parameter.label
        outside = f"{name} must be between {between or f'{least:,} and {most:,}'.replace('-', '−')}."
        sentences = {
            "invalid": f"{name} must be a {self.what}, such as {example}.",
            "min_value": outside,
            "max_value": outside,
        }
        # The keys that a phone shows for numbers have no minus.
        keys = "decimal" if least >= 0 else "text"
        # A whole document that was pasted by mistake would come back in every lane's cell.
        widget = forms.TextInput({"autocomplete": "off", "inputmode": keys, "maxlength": 200, **at_rest(parameter)})
        widget.attrs |= {"placeholder": parameter.unset, "data-step": self.step, "data-least": least}
        limits: dict[str, Any] = {"min_value": least, "max_value": most}
        super().__init__(required=False, widget=widget, error_messages=sentences, **limits)
        self.step_to(most)

    def step_to(self, most: float) -> None:
        self.widget.attrs["data-most"] = most

    def show_difference(self) -> None:
        self.widget.attrs["placeholder"] = "differs"


class Whole(Number):
    what, step = "whole number", 1


class Fraction(Number, forms.FloatField):
    what, step = "number", 0.01


class Choice(SettingField, forms.TypedChoiceField):
    def __init__(self, parameter: Parameter, others: Choices, **kwargs: Any) -> None:
        """`others` than what stands for not set."""
        self.parameter, self.others = parameter, others
        choices = [(parameter.rests[0], parameter.unset), *others]
        super().__init__(required=False, choices=choices, empty_value=None, **kwargs)
        self.widget.attrs |= at_rest(parameter)

    def show_difference(self) -> None:
        """What is otherwise the empty choice needs a text of its own."""
        unset = [(text, self.parameter.unset) for text in self.parameter.rests if text]
        self.choices = [("", OTHERWISE), *unset, *self.others]


class OnOff(Choice):
    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter, [("off", "Off")], coerce="on".__eq__, widget=Switch)

    def show_difference(self) -> None:
        self.widget = forms.Select(self.widget.attrs)
        super().show_difference()


def at_rest(parameter: Parameter) -> dict[str, str]:
    """For static/js/playground/rests.js."""
    return {"data-rests": json.dumps(parameter.rests)}


class SomeDisabled(forms.Select):
    """A select whose options may be disabled one by one."""

    refused: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value in self.refused and not option["selected"]:
            option["attrs"]["disabled"] = True
        return option


class Switch(forms.CheckboxInput):
    """On or off in words: what is not sent is left as it is, and is not off."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, check_test=lambda value: value != "off")

    def format_value(self, value: Any) -> None:
        """A browser's own, which is "on"."""

    def value_from_datadict(self, data: Mapping[str, Any], _files: Any, name: str) -> Any:
        return data.get(name)
