"""How many credits somebody wants."""

from __future__ import annotations

from billing.dollars import DollarsField
from billing.invoicing.forms import Keyed
from common.money import CENT, PICO, usd

LEAST, MOST = 5 * PICO, 10_000 * PICO


class CreditsForm(Keyed):
    amount = DollarsField(
        label="Amount, USD",
        least=LEAST,
        most=MOST,
        step=CENT,
        help_text=f"From {usd(LEAST)} to {usd(MOST)}. Paid credits do not expire.",
    )
