"""The settings panel's form, for one lane or for several at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from playground.models import Lane
from playground.parameters import FORMATS, MOST_TRIALS, PARAMETERS, Parameter, Slider, lack, needed_for
from playground.schemas import Mistake, read_format, read_mocks, read_tools
from playground.setting import DIFFERS, as_fields, changes, common

STOP_SEQUENCES = 4
MOST_TEXT = 100_000
OTHERWISE = "Differs between lanes"
CHOICES = {
    "is_mocked": [("on", "Answer with the mock results")],
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


def _code(label: str) -> forms.CharField:
    widget = forms.Textarea({"rows": 8, "class": "input code", "spellcheck": "false", "autocomplete": "off"})
    return forms.CharField(required=False, max_length=MOST_TEXT, strip=False, label=label, widget=widget)


class LaneSettingsForm(forms.Form):
    """Empty means: as the provider has it."""

    system_prompt = forms.CharField(
        required=False, max_length=MOST_TEXT, strip=False, widget=forms.Textarea({"rows": 4})
    )
    temperature = forms.FloatField(required=False, min_value=0, max_value=2)
    max_tokens = forms.IntegerField(required=False, min_value=1, max_value=10_000_000)
    top_p = forms.FloatField(required=False, min_value=0, max_value=1)
    frequency_penalty = forms.FloatField(required=False, min_value=-2, max_value=2)
    presence_penalty = forms.FloatField(required=False, min_value=-2, max_value=2)
    stop = forms.CharField(required=False, max_length=MOST_TEXT, strip=False, widget=forms.Textarea({"rows": 2}))
    response_format = forms.ChoiceField(
        required=False, choices=[("", "Text"), *CHOICES["response_format"]], widget=SomeDisabled
    )
    schema = _code("JSON schema")
    tools = _code("Functions")
    mocks = _code("Mock results")
    is_mocked = forms.TypedChoiceField(
        required=False, choices=[("", "Wait for me"), *CHOICES["is_mocked"]], coerce=bool, empty_value=None
    )
    trials = forms.IntegerField(required=False, min_value=1, max_value=MOST_TRIALS)
    seed = forms.IntegerField(required=False, min_value=-(2**63), max_value=2**63 - 1)
    reasoning_effort = forms.ChoiceField(required=False, choices=[("", "Model’s own"), *CHOICES["reasoning_effort"]])
    is_traced = forms.BooleanField(required=False)

    def __init__(
        self, data: Any = None, *, lanes: Sequence[Lane] = (), only: Sequence[str] = (), prefix: str | None = None
    ) -> None:
        """`only` some of the parameters; the others are left as they are."""
        self.lanes = list(lanes)
        self.was = common(lanes) if lanes else {}
        super().__init__(data, initial=as_fields(self.was), prefix=prefix)
        if only:
            self.fields = {name: self.fields[name] for name in only}
            self.was = {name: self.was[name] for name in only}
        self.reset = data.getlist("reset") if hasattr(data, "getlist") else []
        self._show_defaults()
        for name in self.differing:
            self._show_difference(name)
        self._limit_max_tokens()
        self._refuse_what_no_model_takes()

    @property
    def differing(self) -> list[str]:
        return [name for name, value in self.was.items() if value is DIFFERS]

    def _show_defaults(self) -> None:
        for parameter in self.parameters:
            if parameter.slider:
                self.fields[parameter.name].widget.attrs["placeholder"] = f"{parameter.slider.rest:g}"
            elif parameter.name in ("max_tokens", "seed"):
                self.fields[parameter.name].widget.attrs["placeholder"] = "auto"

    def _show_difference(self, name: str) -> None:
        if name == "is_traced":
            choices = [("", OTHERWISE), ("on", "On"), ("off", "Off")]
            coerce = {"on": True, "off": False}.__getitem__
            self.fields[name] = forms.TypedChoiceField(required=False, choices=choices, coerce=coerce, empty_value=None)
            return
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            # Nothing chosen leaves the lanes as they are: what is otherwise the empty choice needs a name.
            field.choices = [
                ("", OTHERWISE),
                *([("text", "Text")] if name == "response_format" else []),
                *CHOICES[name],
            ]
        else:
            is_wide = isinstance(field.widget, forms.Textarea)
            field.widget.attrs["placeholder"] = OTHERWISE if is_wide else "differs"

    def _limit_max_tokens(self) -> None:
        limits = [lane.model.max_output for lane in self.lanes if lane.model.max_output]
        self.longest = min(limits, default=None)

    def _refuse_what_no_model_takes(self) -> None:
        for parameter in self.parameters:
            self.fields[parameter.name].disabled = self._all_lack(parameter.needs)
        if "response_format" in self.fields:
            refused = frozenset(kind for kind, feature in FORMATS.items() if self._all_lack(feature))
            self.fields["response_format"].widget.refused = refused

    @property
    def parameters(self) -> list[Parameter]:
        return [parameter for parameter in PARAMETERS if parameter.name in self.fields]

    def _all_lack(self, feature: str) -> bool:
        return bool(self.lanes) and all(lack(lane.model, feature) for lane in self.lanes)

    # What is written in it

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
        """One is what is not set, except where it replaces different numbers."""
        trials: int | None = self.cleaned_data["trials"]
        return None if trials == 1 and "trials" not in self.differing else trials

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
        self._refuse_new_format(wanted)

    def _refuse_new_format(self, wanted: dict[str, Any]) -> None:
        """One that is kept from another model may stay."""
        feature = needed_for("response_format", wanted)
        if wanted != self.was.get("response_format") and self._all_lack(feature):
            self.add_error("response_format", f"{lack(self.lanes[0].model, feature)}.")

    @property
    def values(self) -> dict[str, Any]:
        """By parameter; None is what is not set."""
        found = {parameter.name: self.cleaned_data.get(parameter.name) for parameter in self.parameters}
        if found.get("response_format") == {"type": "text"} and "response_format" not in self.differing:
            found["response_format"] = None
        return {name: None if value in (None, "", [], {}) else value for name, value in found.items()}

    @property
    def changes(self) -> dict[str, Any]:
        found = changes(self.was, self.values, self.reset)
        if found.get("response_format") == {"type": "text"}:
            found["response_format"] = None
        return found

    # As the panel shows it

    def settings(self) -> Iterator[Setting]:
        for parameter in self.parameters:
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
            return Slider(1, self.longest, 1, self.longest // 2)
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
        return (
            f"{names}." if len(lacking) == len(self.lanes) else f"Kept, but not sent, where the model cannot: {names}."
        )


def _is_set(name: str, value: Any) -> bool:
    if name == "is_traced":
        return value in (False, "off")
    if name == "trials" and str(value) == "1":
        return False
    return value not in (None, "", "text")
