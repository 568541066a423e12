"""What the operator's staff say of an invoice."""

from __future__ import annotations

import uuid

from django import forms

from billing.dollars import DollarsField
from billing.models import Invoice
from common import clock
from common.money import CENT


def _new_key() -> str:
    return str(uuid.uuid4())


class Keyed(forms.Form):
    """Sent twice, it counts once."""

    key = forms.UUIDField(initial=_new_key, widget=forms.HiddenInput)


class PaymentForm(Keyed):
    amount = DollarsField(label="Amount, USD", least=CENT, step=CENT)
    paid_on = forms.DateField(label="Paid on", widget=forms.DateInput({"type": "date"}))
    reference = forms.CharField(max_length=200, required=False, help_text="As on the bank's statement.")

    @classmethod
    def asking(cls, invoice: Invoice) -> PaymentForm:
        return cls(initial={"amount": invoice.outstanding, "paid_on": clock.now().date()}, prefix="payment")


class CreditForm(Keyed):
    amount = DollarsField(label="Amount, USD", least=CENT, step=CENT)
    reason = forms.CharField(max_length=300)


class VoidForm(forms.Form):
    reason = forms.CharField(max_length=300)
