"""What admins type about spending limits and alerts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst

from billing.dollars import DollarsField
from billing.models import AlertRule, SpendingLimit
from billing.spending import Limit
from billing.subjects import Subject

PERIODS = [("month", "Month (UTC)"), ("day", "Day (UTC)")]


class LimitForm(forms.Form):
    subject = forms.ChoiceField(label="Limit of")
    period = forms.ChoiceField(label="In a", choices=PERIODS)
    amount = DollarsField(label="At most, USD", help_text="0 lets nothing through.")

    def __init__(self, *args: Any, subjects: Sequence[Subject], **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "new-limit-%s"} | options)
        self.every = list(subjects)
        self.subjects = {subject.value: subject for subject in subjects}
        choice: Any = self.fields["subject"]
        choice.choices = [(value, capfirst(subject.name)) for value, subject in self.subjects.items()]
        choice.error_messages["invalid_choice"] = "This organization has no such project or key."

    @property
    def limited(self) -> dict[str, Any]:
        """Of a valid form, as `set_limit` takes it."""
        said = self.cleaned_data
        subject = self.subjects[said["subject"]]
        thing = {"scope": subject.scope, "subject_id": subject.id, "whose": subject.name}
        return {**thing, "period": said["period"], "amount": said["amount"]}


class AmountForm(forms.Form):
    """The amount of a limit that is there."""

    amount = DollarsField(label="At most, USD")

    def __init__(self, *args: Any, limit: SpendingLimit | Limit, **options: Any) -> None:
        super().__init__(*args, **{"initial": {"amount": limit.amount}, "auto_id": f"limit-{limit.id}-%s"} | options)


class AlertForm(forms.Form):
    kind = forms.ChoiceField(
        label="When",
        choices=[
            (AlertRule.Kind.CREDITS, "% of the month’s credits are used"),
            (AlertRule.Kind.LIMIT, "% of a spending limit or cap are used"),
            (AlertRule.Kind.OVERAGE, "USD of overage this month"),
        ],
    )
    threshold = forms.CharField(
        label="Threshold", max_length=30, widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if {"kind", "threshold"} <= set(said):
            read = _dollars if said["kind"] == AlertRule.Kind.OVERAGE else _percent
            try:
                said["threshold"] = read(said["threshold"])
            except ValidationError as error:
                self.add_error("threshold", error)
        return said


def _dollars(text: str) -> int:
    amount: int = DollarsField(least=1).clean(text)
    return amount


def _percent(text: str) -> int:
    digits = text.removesuffix("%").strip().lstrip("0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 3 and int(digits) <= 100):
        raise ValidationError("This is a whole number from 1 to 100.")
    return int(digits)
