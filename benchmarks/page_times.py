"""How long a page takes, from request to last byte, asked for again and again."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx2

from benchmarks.figures import Figure, percentile

ROUNDS = 25
MOST_SECONDS = 0.3


def times(client: httpx2.Client, path: str) -> list[float]:
    """Seconds; of the first time, which fills caches, nothing is said."""
    client.get(path).raise_for_status()
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        client.get(path).raise_for_status()
        found.append(time.perf_counter() - began)
    return found


def figures(title: str, name: str, seconds: list[float], most: float | None = MOST_SECONDS) -> Iterator[Figure]:
    slow = percentile(seconds, 0.95)
    bar = ("", None) if most is None else (f"≤ {most * 1e3:.0f} ms", slow <= most)
    yield Figure(title, f"{name}: half of {ROUNDS}", f"{percentile(seconds, 0.5) * 1e3:.0f} ms")
    yield Figure(title, f"{name}: 95 of 100", f"{slow * 1e3:.0f} ms", *bar)
