"""Stretches of time, and the hours, days and months that they are made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from billing.usage.periods import Grain, Window

START = datetime(2026, 1, 1, tzinfo=UTC)
hours = st.integers(min_value=0, max_value=24 * 500).map(lambda count: START + timedelta(hours=count))


@given(hours, hours)
def test_the_pieces_of_a_stretch_are_all_its_hours_once(one: datetime, other: datetime) -> None:
    window = Window(min(one, other), max(one, other) + timedelta(hours=1))
    pieces = list(window.pieces())
    assert all(piece == piece.widened(grain) for grain, piece in pieces)
    found = [hour for _, piece in pieces for hour in piece.starts(Grain.HOUR)]
    assert sorted(found) == list(window.starts(Grain.HOUR))


def test_a_year_and_a_day_are_a_dozen_months_and_one_day() -> None:
    months, day = Window(START, datetime(2027, 1, 1, tzinfo=UTC)), datetime(2027, 1, 2, tzinfo=UTC)
    assert list(Window(START, day).pieces()) == [(Grain.DAY, Window(months.end, day)), (Grain.MONTH, months)]
