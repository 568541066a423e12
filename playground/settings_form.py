"""The settings panel's form, for one lane or for several at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField

from playground.models import Lane
from playground.parameters import BY_NAME, FORMATS, MOST_TRIALS, PARAMETERS, Parameter, Slider, lack, needed_for
from playground.schemas import Mistake, read_format, read_mocks, read_tools
from playground.settings_fields import Choice, Code, Fraction, Number, OnOff, SettingField, SomeDisabled, Text, Whole

STOP_SEQUENCES = 4
#: Fields that say one thing together.
FORMAT = frozenset({"response_format", "schema"})


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


class LaneSettingsForm(forms.Form):
    """Empty means: as the provider has it."""

    system_prompt = Text("System prompt", rows=4)
    temperature = Fraction(BY_NAME["temperature"], 0, 2, example=0.7)
    max_tokens = Whole(BY_NAME["max_tokens"], 1, 10_000_000, example=1000)
    top_p = Fraction(BY_NAME["top_p"], 0, 1, example=0.9)
    frequency_penalty = Fraction(BY_NAME["frequency_penalty"], -2, 2, example=0.5)
    presence_penalty = Fraction(BY_NAME["presence_penalty"], -2, 2, example=0.5)
    stop = Text("Stop sequences", rows=2)
    response_format = Choice(
        BY_NAME["response_format"], [("json_object", "JSON"), ("json_schema", "JSON schema")], widget=SomeDisabled
    )
    schema = Code("JSON schema")
    tools = Code("Functions", read_tools)
    mocks = Code("Mock results", read_mocks)
    is_mocked = Choice(BY_NAME["is_mocked"], [("on", "Answer with the mock results")], coerce=bool)
    trials = Whole(BY_NAME["trials"], 1, MOST_TRIALS, example=3, name="The number of trials")
    seed = Whole(BY_NAME["seed"], -(2**63), 2**63 - 1, example=42, between="−2⁶³ and 2⁶³ − 1")
    reasoning_effort = Choice(
        BY_NAME["reasoning_effort"],
        [(effort, effort.title()) for effort in ("none", "minimal", "low", "medium", "high")],
    )
    is_traced = OnOff(BY_NAME["is_traced"])

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
        for name in differing:
            cast("SettingField", self.fields[name]).show_difference()
        self._limit_max_tokens()
        self._refuse_what_no_model_takes()

    def focus(self, name: str) -> None:
        """The field has the focus once it is shown."""
        if name in self.fields:
            self.fields[name].widget.attrs["autofocus"] = True

    def _limit_max_tokens(self) -> None:
        limits = [lane.model.max_output for lane in self.lanes if lane.model.max_output]
        self.longest = min(limits, default=None)
        if self.longest:
            cast("Number", self.fields["max_tokens"]).step_to(self.longest)

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
        sequences = [line for line in self.cleaned_data["stop"].split("\n") if line]
        if len(sequences) > STOP_SEQUENCES:
            raise forms.ValidationError(f"At most {STOP_SEQUENCES} stop sequences.")
        return sequences

    def clean_trials(self) -> int | None:
        trials: int | None = self.cleaned_data["trials"]
        return trials if BY_NAME["trials"].is_set(str(trials)) else None

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
                is_set=parameter.is_set(str(field.value() or "")),
                differs=parameter.name in self.differing,
                slider=self._slider(parameter),
                reason=self._reason(parameter),
                schema=self["schema"] if parameter.name == "response_format" else None,
            )

    def _slider(self, parameter: Parameter) -> Slider | None:
        if parameter.name == "max_tokens" and self.longest:
            return Slider(1, self.longest, rest=1)
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
