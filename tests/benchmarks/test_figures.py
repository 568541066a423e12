from __future__ import annotations

import pytest

from benchmarks.figures import MISSED, Figure, percentile


@pytest.mark.parametrize(("share", "value"), [(0.5, 5), (0.95, 10), (0.9, 9), (0.01, 1), (1.0, 10)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: int) -> None:
    assert percentile(list(range(10, 0, -1)), share) == value


def test_a_row_says_whether_its_bar_was_met() -> None:
    assert str(Figure("Browser", "late", "0.2 s", "≤ 0.5 s", True)) == "| Browser | late | 0.2 s | ≤ 0.5 s | met |"
    assert MISSED in str(Figure("Browser", "late", "0.7 s", "≤ 0.5 s", False))
    assert str(Figure("Engine", "CPU", "4 ms")).endswith("|  |  |")
