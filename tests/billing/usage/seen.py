"""What a usage page says, read from its HTML."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from html import unescape
from typing import NamedTuple

from common.money import PICO

AMOUNT = re.compile(r'data-amount="(\d+)"')
BAR = re.compile(r'<a class="chart-bar" href="([^"]+)".*?data-bar="([^"]+)".*?</a>', re.DOTALL)
ROW = re.compile(r'<tr data-value="([^"]+)">(.*?)</tr>', re.DOTALL)
TOTAL = re.compile(r"<tr data-total>(.*?)</tr>", re.DOTALL)


class Used(NamedTuple):
    """A row of the table."""

    requests: int
    errors: int
    input: int
    cached: int
    output: int
    cost: int


def bars(page: str) -> dict[str, int]:
    """The sum of each bar of the chart, by its label."""
    return {bar[2]: sum(map(int, AMOUNT.findall(bar[0]))) for bar in BAR.finditer(page)}


def drills(page: str) -> dict[str, str]:
    """Where each bar leads."""
    return {bar[2]: unescape(bar[1]) for bar in BAR.finditer(page)}


def rows(page: str) -> dict[str, Used]:
    return {unescape(value): Used(*map(int, AMOUNT.findall(cells))) for value, cells in ROW.findall(page)}


def total(page: str) -> Used:
    (cells,) = TOTAL.findall(page)
    return Used(*map(int, AMOUNT.findall(cells)))


def sheet(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def pico(usd: str) -> int:
    return int(Decimal(usd) * PICO)
