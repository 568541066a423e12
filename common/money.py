"""Exact money in integers.

A price is micro-USD per 1,000,000 tokens; a cost is pico-USD (1 USD = 10**12). Tokens times price is
therefore a cost, with no rounding anywhere before an invoice line.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

PICO = 10**12
CENT = 10**10
MICRO = 10**6
#: Of dollars, before the point.
MOST_DIGITS = 15


def cost(*, tokens: int, price: int) -> int:
    """Pico-USD for this many tokens at this many micro-USD per million."""
    return tokens * price


def pico(usd: Decimal | str) -> int:
    """Pico-USD in an amount of dollars. Raises ValueError for what is finer than one pico-dollar or cannot be."""
    dollars = Decimal(usd)
    if dollars.is_finite() and dollars.adjusted() > MOST_DIGITS:
        raise ValueError(f"{usd} is more than can be counted")
    amount = dollars * PICO
    if amount != amount.to_integral_value():
        raise ValueError(f"{usd} is finer than a pico-dollar")
    return int(amount)


def micro_price(usd_per_million: Decimal | str) -> int:
    """Micro-USD in a price of dollars per million tokens. Raises ValueError for a finer price."""
    amount = Decimal(usd_per_million) * MICRO
    if amount != amount.to_integral_value():
        raise ValueError(f"{usd_per_million} is finer than a micro-dollar")
    return int(amount)


def usd(amount: int, places: int = 2) -> str:
    """Pico-USD as people read it: $1,234.50, -$0.0041."""
    rounded = (Decimal(abs(amount)) / PICO).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{'-' if amount < 0 else ''}${rounded:,f}"


def usd_exactly_enough(amount: int) -> str:
    """A small cost with two significant digits, never fewer than two places: $0.0041, $1.25."""
    value = abs(Decimal(amount) / PICO)
    places = 2 if value == 0 or value >= 1 else max(2, 1 - value.adjusted())
    return usd(amount, places)


def agreed_usd(amount: int) -> str:
    """An amount that somebody chose, with every place that says something: $25.00, $0.001."""
    value = (Decimal(amount) / PICO).normalize()
    exponent = value.as_tuple().exponent
    return usd(amount, max(2, -exponent) if isinstance(exponent, int) else 2)


def exact_usd(amount: int) -> str:
    """Pico-USD with all twelve places, so that a sum of cells is the sum of what was charged."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // PICO}.{abs(amount) % PICO:012d}"


def for_programs(amount: int) -> dict[str, Any]:
    """Pico-USD as OpenAI's API says it. A float has no room for every one of them, so the exact amount is beside it."""
    return {"value": amount / PICO, "currency": "usd", "exact": exact_usd(amount)}


def price_per_million(price: int) -> str:
    """Micro-USD per million tokens as a price tag: $1.35, $0.075."""
    return agreed_usd(price * MICRO)


def in_cents(amounts: Sequence[int]) -> list[int]:
    """Pico-USD that add up to whole cents, each rounded to cents so that these add up to the same.

    The largest remainders round up; none is further from the truth than a cent.
    """
    total, fraction = divmod(sum(amounts), CENT)
    if fraction:
        raise ValueError("these amounts do not add up to whole cents")
    cents = [amount // CENT for amount in amounts]
    by_remainder = sorted(range(len(amounts)), key=lambda place: (-(amounts[place] % CENT), place))
    for place in by_remainder[: total - sum(cents)]:
        cents[place] += 1
    return cents
