"""How soon a stop reaches the provider: from the command to the disconnect in the simulator's ledger.

Over a real socket, before the first token and in the midst of an answer that would go on for most of a minute.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from typing import Any, TypeAlias

import aiohttp

from benchmarks.figures import Figure, percentile, say
from benchmarks.stage import STORAGE, Stage, stage
from benchmarks.tabs import Person

STOPS = 40
BAR = 0.3
PATIENCE = 60
Frame = dict[str, Any]
Socket: TypeAlias = "aiohttp.ClientWebSocketResponse[Any]"
Wanted = Callable[[Frame], bool]


def main() -> None:
    with stage(serve=True) as made:
        made.simulator.drill(ttft=600)
        say(figures("before the first token", asyncio.run(measured(made, is_early=True))))
        made.simulator.drill(ttft=0, length=5_000, tokens_per_second=100)
        say(figures("in the midst", asyncio.run(measured(made, is_early=False))))


async def measured(made: Stage, *, is_early: bool) -> list[float]:
    """Seconds, stop by stop."""
    took = []
    async with Person(made) as person, person.socket(await person.comparison(1)) as socket:
        await socket.send_json({"type": "resume"})
        await until(socket, lambda frame: frame.get("type") == "resumed")
        for _ in range(STOPS):
            await socket.send_json({"type": "send", "id": str(uuid.uuid4()), "text": "How are tunnels aired?"})
            if is_early:
                await asyncio.to_thread(is_asked, made)
            else:
                await until(socket, lambda frame: "d" in frame)
            took.append(await stopped(made, socket))
    return took


async def stopped(made: Stage, socket: Socket) -> float:
    at = time.monotonic()
    await socket.send_json({"type": "stop", "id": str(uuid.uuid4()), "lane": None})
    await until(socket, lambda frame: frame.get("type") == "ended")
    request = (await asyncio.to_thread(made.simulator.settled))["requests"][-1]
    assert request["outcome"] == "disconnected", f"the answer {request['outcome']}"
    moment: float = request["disconnected"]["monotonic"]
    return moment - at


def is_asked(made: Stage) -> None:
    """Returns when the provider has the request."""
    while not made.simulator.ledger()["totals"]["running"]:
        time.sleep(0.01)


async def until(socket: Socket, wanted: Wanted) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            message = await socket.receive()
            assert message.type == aiohttp.WSMsgType.TEXT, f"the socket closed: {message}"
            if wanted(json.loads(message.data)):
                return


def figures(when: str, took: list[float]) -> list[Figure]:
    title = f"Stop, {STORAGE}"
    half, most = percentile(took, 0.5), percentile(took, 0.95)
    return [
        Figure(title, f"command to closed upstream, {when}, half of {STOPS}", f"{half * 1e3:.0f} ms"),
        Figure(title, f"the same, 95 of 100, {when}", f"{most * 1e3:.0f} ms", f"≤ {BAR * 1e3:.0f} ms", most <= BAR),
    ]


if __name__ == "__main__":
    main()
