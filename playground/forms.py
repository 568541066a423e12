"""What people type into the Playground outside the composer."""

from __future__ import annotations

from typing import Any

from django import forms

from playground.models import Lane
from playground.protocol import MAX_TEXT

STOP_SEQUENCES = 4


class MessageForm(forms.Form):
    text = forms.CharField(
        max_length=MAX_TEXT, strip=False, error_messages={"required": "A message cannot be empty. Delete it instead."}
    )


class TitleForm(forms.Form):
    title = forms.CharField(max_length=120, required=False)


class DraftForm(forms.Form):
    draft = forms.CharField(max_length=MAX_TEXT, required=False, strip=False)


class LaneSettingsForm(forms.Form):
    """Empty means: as the provider has it."""

    system_prompt = forms.CharField(required=False, max_length=100_000, strip=False, widget=forms.Textarea({"rows": 4}))
    temperature = forms.FloatField(required=False, min_value=0, max_value=2, help_text="0 to 2")
    max_tokens = forms.IntegerField(required=False, min_value=1, max_value=10_000_000, label="Max tokens")
    top_p = forms.FloatField(required=False, min_value=0, max_value=1, label="Top P", help_text="0 to 1")
    frequency_penalty = forms.FloatField(required=False, min_value=-2, max_value=2, help_text="−2 to 2")
    presence_penalty = forms.FloatField(required=False, min_value=-2, max_value=2, help_text="−2 to 2")
    seed = forms.IntegerField(required=False, min_value=-(2**63), max_value=2**63 - 1)
    stop = forms.CharField(
        required=False,
        strip=False,
        label="Stop sequences",
        help_text=f"One a line, at most {STOP_SEQUENCES}",
        widget=forms.Textarea({"rows": 2}),
    )

    @classmethod
    def of(cls, lane: Lane) -> LaneSettingsForm:
        stop = "\n".join(lane.settings.get("stop", []))
        return cls(initial=lane.settings | {"stop": stop, "system_prompt": lane.system_prompt})

    def clean_stop(self) -> list[str]:
        sequences = [line for line in self.cleaned_data["stop"].replace("\r\n", "\n").split("\n") if line]
        if len(sequences) > STOP_SEQUENCES:
            raise forms.ValidationError(f"At most {STOP_SEQUENCES} stop sequences.")
        return sequences

    @property
    def settings(self) -> dict[str, Any]:
        """Only what was set, under its OpenAI name."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "system_prompt"}
        return {name: value for name, value in values.items() if value not in (None, "", [])}
