"""Exact money in integers.

A price is micro-USD per 1,000,000 tokens; a cost is pico-USD (1 USD = 10**12). Tokens times price is
therefore a cost, with no rounding anywhere before an invoice line.
"""

from decimal import ROUND_HALF_UP, Decimal

PICO = 10**12
MICRO = 10**6


def cost(*, tokens: int, price: int) -> int:
    """Pico-USD for this many tokens at this many micro-USD per million."""
    return tokens * price


def pico(usd: Decimal | str) -> int:
    """Pico-USD in an amount of dollars. Raises ValueError for what is finer than one pico-dollar."""
    amount = Decimal(usd) * PICO
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


def price_per_million(price: int) -> str:
    """Micro-USD per million tokens as a price tag: $1.35, $0.075."""
    value = (Decimal(price) / MICRO).normalize()
    exponent = value.as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"${value:,.{places}f}"
