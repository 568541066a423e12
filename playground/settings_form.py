"""The settings panel's form, for one lane or for several at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from playground.models import Lane
from playground.parameters import FORMATS, MOST_TRIALS, PARAMETERS, Parameter, Slider, lack, needed_for
from playground.schemas import Mistake, read_format, read_mocks, read_tools

STOP_SEQUENCES = 4
MOST_TEXT = 100_000
#: Fields that say one thing together.
FORMAT = frozenset({"response_format", "schema"})
OTHERWISE = "Differs between lanes"
CHOICES = {
    "is_mocked": [("on", "Answer with the mock results")],
    "is_traced": [("on", "On"), ("off", "Off")],
    "response_format": [("json_object", "JSON"), ("json_schema", "JSON schema")],
    "reasoning_effort": [(effort, effort.title()) for effort in ("none", "minimal", "low", "medium", "high")],
}


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

    def __init__(self) -> None:
        super().__init__(check_test=lambda value: value != "off")

    def format_value(self, value: Any) -> None:
        """A browser's own, which is "on"."""

    def value_from_datadict(self, data: Mapping[str, Any], _files: Any, name: str) -> Any:
        return data.get(name)


@dataclass(frozen=True, slots=True)
class Setting:
    """One parameter as the panel shows it."""

    parameter: Parameter
    field: BoundField
    is_set: bool
    differs: bool
    slider: Slider | None
    #: Why it is disabled, or which lanes do not send it.
    reason: str
    schema: BoundField | None


def _text(label: str, rows: int) -> forms.CharField:
    too_long = {"max_length": f"{label} has at most {MOST_TEXT:,} characters."}
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(
        required=False, max_length=MOST_TEXT, strip=False, label=label, widget=widget, error_messages=too_long
    )


def _code(label: str) -> forms.CharField:
    field = _text(label, 8)
    field.widget.attrs |= {"class": "input code", "spellcheck": "false", "autocomplete": "off"}
    return field


def _number(what: str, least: float, most: float, example: float, between: str = "") -> forms.IntegerField:
    """A field of text: what is no number stays in it as it was written, beside the sentence about it."""
    kind, a_number = (forms.IntegerField, "whole number") if isinstance(example, int) else (forms.FloatField, "number")
    outside = f"{what} must be between {between or f'{least:,} and {most:,}'.replace('-', '−')}."
    sentences = {
        "invalid": f"{what} must be a {a_number}, such as {example}.",
        "min_value": outside,
        "max_value": outside,
    }
    # The keys that a phone shows for numbers have no minus.
    keys = "decimal" if least >= 0 else "text"
    limits: dict[str, Any] = {"min_value": least, "max_value": most}
    steps = {"data-step": 1 if kind is forms.IntegerField else 0.01, "data-least": least, "data-most": most}
    widget = forms.TextInput({"autocomplete": "off", "inputmode": keys, **steps})
    return kind(required=False, widget=widget, error_messages=sentences, **limits)


class LaneSettingsForm(forms.Form):
    """Empty means: as the provider has it."""

    system_prompt = _text("System prompt", 4)
    temperature = _number("Temperature", 0, 2, 0.7)
    max_tokens = _number("Max tokens", 1, 10_000_000, 1000)
    top_p = _number("Top P", 0, 1, 0.9)
    frequency_penalty = _number("Frequency penalty", -2, 2, 0.5)
    presence_penalty = _number("Presence penalty", -2, 2, 0.5)
    stop = _text("Stop sequences", 2)
    response_format = forms.ChoiceField(
        required=False, choices=[("", "Text"), *CHOICES["response_format"]], widget=SomeDisabled
    )
    schema = _code("JSON schema")
    tools = _code("Functions")
    mocks = _code("Mock results")
    is_mocked = forms.TypedChoiceField(
        required=False, choices=[("", "Wait for me"), *CHOICES["is_mocked"]], coerce=bool, empty_value=None
    )
    trials = _number("The number of trials", 1, MOST_TRIALS, 3)
    seed = _number("Seed", -(2**63), 2**63 - 1, 42, "−2⁶³ and 2⁶³ − 1")
    reasoning_effort = forms.ChoiceField(required=False, choices=[("", "Model’s own"), *CHOICES["reasoning_effort"]])
    is_traced = forms.TypedChoiceField(
        required=False, choices=CHOICES["is_traced"], coerce="on".__eq__, empty_value=None, widget=Switch
    )

    def __init__(
        self,
        texts: Mapping[str, Any],
        *,
        lanes: Sequence[Lane] = (),
        touched: Collection[str] | None = None,
        differing: Collection[str] = (),
        prefix: str | None = None,
    ) -> None:
        """Only mistakes in `touched` fields count, if it is given; `differing` ones stand empty where lanes differ."""
        data = {f"{prefix}-{name}": text for name, text in texts.items()} if prefix else texts
        super().__init__(data, initial=dict(texts), prefix=prefix)
        self.lanes = list(lanes)
        touched = self.fields if touched is None else touched
        self.touched = {*touched, *(FORMAT if FORMAT & set(touched) else ())}
        self.differing = differing
        self._show_defaults()
        for name in differing:
            self._show_difference(name)
        self._limit_max_tokens()
        self._refuse_what_no_model_takes()

    def _show_defaults(self) -> None:
        for parameter in PARAMETERS:
            if parameter.slider:
                self.fields[parameter.name].widget.attrs["placeholder"] = f"default {parameter.slider.rest}"
            elif parameter.name in ("max_tokens", "seed"):
                self.fields[parameter.name].widget.attrs["placeholder"] = "auto"

    def _show_difference(self, name: str) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            if name == "is_traced":
                field.widget = forms.Select()
            # Nothing chosen leaves the lanes as they are: what is otherwise the empty choice needs a name.
            text = [("text", "Text")] if name == "response_format" else []
            field.choices = [("", OTHERWISE), *text, *CHOICES[name]]
        else:
            is_wide = isinstance(field.widget, forms.Textarea)
            field.widget.attrs["placeholder"] = OTHERWISE if is_wide else "differs"

    def focus(self, name: str) -> None:
        """The field has the focus once it is shown."""
        if name in self.fields:
            self.fields[name].widget.attrs["autofocus"] = True

    def _limit_max_tokens(self) -> None:
        limits = [lane.model.max_output for lane in self.lanes if lane.model.max_output]
        self.longest = min(limits, default=None)
        if self.longest:
            self.fields["max_tokens"].widget.attrs["data-most"] = self.longest

    def _refuse_what_no_model_takes(self) -> None:
        for parameter in PARAMETERS:
            self.fields[parameter.name].disabled = self._all_lack(parameter.needs)
        refused = frozenset(kind for kind, feature in FORMATS.items() if self._all_lack(feature))
        self.fields["response_format"].widget.refused = refused

    def _all_lack(self, feature: str) -> bool:
        return bool(self.lanes) and all(lack(lane.model, feature) for lane in self.lanes)

    # What is written in it

    def full_clean(self) -> None:
        """What is kept from another model, or is written elsewhere, is no mistake of this form: it is not looked at."""
        everything = self.fields
        self.fields = {name: field for name, field in everything.items() if name in self.touched}
        super().full_clean()
        self.fields = everything

    @property
    def first_mistake(self) -> str:
        return next((name for name in self.fields if name in self.errors), "")

    def clean_max_tokens(self) -> int | None:
        value: int | None = self.cleaned_data["max_tokens"]
        if value is not None and self.longest and value > self.longest:
            whose = next(lane.model.name for lane in self.lanes if lane.model.max_output == self.longest)
            raise forms.ValidationError(f"{whose} puts out at most {self.longest:,} tokens.")
        return value

    def clean_stop(self) -> list[str]:
        sequences = [line for line in self.cleaned_data["stop"].replace("\r\n", "\n").split("\n") if line]
        if len(sequences) > STOP_SEQUENCES:
            raise forms.ValidationError(f"At most {STOP_SEQUENCES} stop sequences.")
        return sequences

    def clean_trials(self) -> int | None:
        """One is what is not set."""
        trials: int | None = self.cleaned_data["trials"]
        return None if trials == 1 else trials

    def clean_tools(self) -> list[dict[str, Any]]:
        try:
            return read_tools(self.cleaned_data["tools"])
        except Mistake as mistake:
            raise forms.ValidationError(str(mistake)) from mistake

    def clean_mocks(self) -> dict[str, Any]:
        try:
            return read_mocks(self.cleaned_data["mocks"])
        except Mistake as mistake:
            raise forms.ValidationError(str(mistake)) from mistake

    def clean_system_prompt(self) -> str:
        prompt: str = self.cleaned_data["system_prompt"]
        return prompt.replace("\r\n", "\n")

    def clean(self) -> None:
        """A format is whole or is none."""
        kind = self.cleaned_data.pop("response_format", None)
        if not kind or (kind == "json_schema" and "schema" not in self.cleaned_data):
            return
        try:
            wanted = read_format(self.cleaned_data["schema"]) if kind == "json_schema" else {"type": kind}
        except Mistake as mistake:
            self.add_error("schema", str(mistake))
            return
        self.cleaned_data["response_format"] = wanted
        feature = needed_for("response_format", wanted)
        if self._all_lack(feature):
            self.add_error("response_format", f"{lack(self.lanes[0].model, feature)}.")

    @property
    def values(self) -> dict[str, Any]:
        """By parameter; None is what is not set."""
        found = {parameter.name: self.cleaned_data.get(parameter.name) for parameter in PARAMETERS}
        return {name: None if value in (None, "", [], {}) else value for name, value in found.items()}

    @property
    def taken(self) -> dict[str, Any]:
        """What was touched, by parameter."""
        return {name: value for name, value in self.values.items() if name in self.touched}

    # As the panel shows it

    def settings(self) -> Iterator[Setting]:
        for parameter in PARAMETERS:
            field = self[parameter.name]
            yield Setting(
                parameter=parameter,
                field=field,
                is_set=_is_set(parameter.name, field.value()),
                differs=parameter.name in self.differing,
                slider=self._slider(parameter),
                reason=self._reason(parameter),
                schema=self["schema"] if parameter.name == "response_format" else None,
            )

    def _slider(self, parameter: Parameter) -> Slider | None:
        if parameter.name == "max_tokens" and self.longest:
            return Slider(1, self.longest, 1, 1)
        return parameter.slider

    def _reason(self, parameter: Parameter) -> str:
        needs = FORMATS.values() if parameter.name == "response_format" else [parameter.needs]
        found = {feature: [lane for lane in self.lanes if lack(lane.model, feature)] for feature in needs}
        sentences = [self._sentence(lanes, feature) for feature, lanes in found.items() if lanes]
        return " ".join(dict.fromkeys(sentences))

    def _sentence(self, lacking: list[Lane], feature: str) -> str:
        if len(self.lanes) == 1:
            return f"{lack(lacking[0].model, feature)}."
        names = "; ".join(f"{lane.letter}: {lack(lane.model, feature)}" for lane in lacking)
        return f"{names}." if len(lacking) == len(self.lanes) else f"Not set where the model cannot: {names}."


def _is_set(name: str, value: Any) -> bool:
    if name == "is_traced":
        return bool(value == "off")
    if name == "trials" and str(value) == "1":
        return False
    return value not in (None, "")
