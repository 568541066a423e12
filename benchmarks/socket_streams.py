"""What streaming into tabs costs the server: CPU a token, frames and bytes a socket, with 1, 8 and 64 lanes.

Real sockets to a served Lineup, as a browser opens them: up to eight lanes a tab, one comparison a tab.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from benchmarks.figures import Figure, say
from benchmarks.processes import cpu_seconds
from benchmarks.stage import STORAGE, Stage, stage
from benchmarks.tabs import Person

TOKENS = 1000
RATE = 100
LANES = (1, 8, 64)
MOST_A_TAB = 8
#: Seconds after which something is wrong.
PATIENCE = 180


@dataclass(slots=True)
class Tab:
    """What one socket received."""

    lanes: int
    frames: int = 0
    deltas: int = 0
    bytes: int = 0
    text: dict[str, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    first: float = 0.0
    last: float = 0.0

    def take(self, data: str) -> None:
        frame = json.loads(data)
        self.frames += 1
        self.bytes += len(data.encode())
        if "d" in frame:
            self.last = time.monotonic()
            self.first = self.first or self.last
            self.deltas += 1
            for lane, _, text, *_ in frame["d"]:
                self.text[lane] = self.text.get(lane, "") + text
        elif frame.get("type") == "ended":
            assert frame["state"] == "done", f"lane {frame['lane']} ended as {frame['state']}"
            self.ended.add(frame["lane"])


def main() -> None:
    with stage(serve=True) as made:
        made.simulator.drill(length=TOKENS, tokens_per_second=RATE)
        for number in LANES:
            say(asyncio.run(measured(made, number)))


async def measured(made: Stage, number: int) -> list[Figure]:
    made.simulator.forget()
    async with Person(made) as person:
        sizes = [min(MOST_A_TAB, number - at) for at in range(0, number, MOST_A_TAB)]
        comparisons = [(await person.comparison(size), size) for size in sizes]
        before, start = cpu_seconds(made.pid), time.monotonic()
        tabs = await asyncio.gather(*(one_tab(person, comparison, size) for comparison, size in comparisons))
        spent, took = cpu_seconds(made.pid) - before, time.monotonic() - start
    requests = made.simulator.ledger()["requests"]
    check(tabs, made, requests)
    return figures(tabs, number, spent, took, requests)


async def one_tab(person: Person, comparison: str, lanes: int) -> Tab:
    tab = Tab(lanes)
    async with asyncio.timeout(PATIENCE), person.socket(comparison) as socket:
        await socket.send_json({"type": "resume"})
        await socket.send_json({"type": "send", "id": str(uuid.uuid4()), "text": "How are tunnels aired?"})
        while len(tab.ended) < lanes:
            message = await socket.receive()
            assert message.type == aiohttp.WSMsgType.TEXT, f"the socket closed: {message}"
            tab.take(message.data)
    return tab


def check(tabs: list[Tab], made: Stage, requests: list[dict[str, Any]]) -> None:
    """No figure counts unless every lane got exactly what its model said."""
    said = sorted(made.simulator.entry(entry["id"])["said"][0]["content"] for entry in requests)
    assert said == sorted(text for tab in tabs for text in tab.text.values()), "a lane's text differs"


def figures(tabs: list[Tab], number: int, spent: float, took: float, requests: list[dict[str, Any]]) -> list[Figure]:
    title = f"Sockets, {STORAGE}"
    label = f"{number} lane{'s' if number > 1 else ''} in {len(tabs)} tab{'s' if len(tabs) > 1 else ''}"
    streamed = sum(tab.last - tab.first for tab in tabs) / len(tabs)
    text = sum(len(text.encode()) for tab in tabs for text in tab.text.values())
    late = max(tab.last for tab in tabs) - max(entry["ended"]["monotonic"] for entry in requests)
    return [
        Figure(title, f"server CPU a token, {label}", f"{spent / number / TOKENS * 1e6:.0f} µs"),
        Figure(title, f"share of one CPU, {label}", f"{spent / took:.0%}"),
        Figure(
            title,
            f"frames a second and socket, {label}",
            f"{sum(tab.deltas for tab in tabs) / len(tabs) / streamed:.1f}",
        ),
        Figure(title, f"bytes on the socket a byte of text, {label}", f"{sum(tab.bytes for tab in tabs) / text:.2f}"),
        Figure(title, f"last token at the socket after it left upstream, {label}", f"{max(0.0, late) * 1e3:.0f} ms"),
    ]


if __name__ == "__main__":
    main()
