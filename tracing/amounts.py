"""Money and durations of traces, as people read them on pages."""

from __future__ import annotations

from common import money

#: Beyond, an amount is a mistake of whoever wrote it, and shown as such.
_BEYOND = 1e12


def dollars(amount: float) -> str:
    """To two significant digits: nobody is charged by it."""
    if not abs(amount) <= _BEYOND:
        return f"${amount:.4g}"
    return money.usd_exactly_enough(round(amount * money.PICO))


def duration(seconds: float) -> str:
    """As short as tells it from others: 2.1 µs, 7 ms, 1.23 s, 2 min 5 s, 3 h 20 min."""
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if not seconds <= _BEYOND:
        return f"{seconds:.4g} s"
    # Each bound is where rounding would reach the next unit.
    if seconds < 0.9995:
        return _below_a_second(1000 * seconds)
    if seconds < 59.995:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60:,} h {minutes % 60} min"


def _below_a_second(milliseconds: float) -> str:
    if not milliseconds:
        return "0 ms"
    if milliseconds < 0.1:
        return f"{1000 * milliseconds:.1f} µs"
    return f"{milliseconds:.0f} ms" if milliseconds >= 9.95 else f"{milliseconds:.1f} ms"
