"""Amounts of dollars that people type, exact to the pico-dollar in the row."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from billing.standing import MOST
from common import money

_FOREIGN = re.compile(r"[€£¥₹₽₩]|(?:aud|brl|cad|chf|cny|eur|gbp|inr|jpy|krw|sek|nok|dkk|pln)", re.IGNORECASE)
#: Commas may part thousands; as the sign of decimals they would mean a hundred times as much.
_TYPED = re.compile(r"(?:usd)?\s*\$?\s*(-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?)\s*(?:usd)?\Z", re.IGNORECASE)

#: Digits behind the point and, at the most that any field takes, before it.
PLACES, LONGEST = 12, 9


class DollarsField(forms.CharField):
    """Text such as 25, 0.50 or $1,000; pico-USD once it is clean, None where it may be empty and is."""

    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "maxlength": 30})

    def __init__(self, *, least: int = 0, most: int = MOST, step: int = 1, **options: Any) -> None:
        """All in pico-USD; it takes multiples of the step."""
        self.least, self.most, self.step = least, most, step
        super().__init__(max_length=30, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self._amount(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        """An amount of a row as it is typed."""
        return f"{Decimal(value) / money.PICO:f}" if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))

    def _amount(self, text: str) -> int:
        if _FOREIGN.search(text):
            raise ValidationError("Amounts are in US dollars, and in nothing else.")
        found = _TYPED.match(text)
        digits = found[1].replace(",", "") if found else ""
        if not re.search(r"\d", digits):
            raise ValidationError(f"“{text}” is not an amount of dollars, such as 25 or 0.50.")
        whole, _, places = digits.partition(".")
        if len(places) > PLACES:
            raise ValidationError("Twelve places behind the point are the most.")
        if len(whole.lstrip("-0")) > LONGEST:
            raise ValidationError(f"At most {money.usd(self.most)} can be meant.")
        amount = money.pico(digits)
        self._check(amount)
        return amount

    def _check(self, amount: int) -> None:
        if amount <= 0 < self.least:
            raise ValidationError("This must be more than 0.")
        if amount < 0:
            raise ValidationError("This may not be negative.")
        if amount < self.least:
            raise ValidationError(f"At least {money.usd(self.least)} is needed.")
        if amount > self.most:
            raise ValidationError(f"At most {money.usd(self.most)} can be meant.")
        if amount % self.step:
            raise ValidationError("Only whole cents can be paid.")
