"""What tracing adds to an answer of the Playground: CPU time of the server, its recorder and its settlement included.

Eight lanes answer at once, traced and untraced in turns, each answer LENGTH tokens at RATE a second.
"""

from __future__ import annotations

import asyncio
import re
import sys
import uuid
from statistics import median

import aiohttp

from benchmarks.figures import Figure, say
from benchmarks.processes import cpu_seconds
from benchmarks.socket_streams import PATIENCE, Tab
from benchmarks.stage import STORAGE, Stage, stage
from benchmarks.tabs import Person

LANES, LENGTH, RATE = 8, 300, 200
ROUNDS, SENDS = 5, 5
#: Seconds in which what was answered is settled and written.
SETTLING = 1.0


def main() -> int:
    with stage(serve=True) as made:
        made.simulator.drill(length=LENGTH, tokens_per_second=RATE)
        say(asyncio.run(measured(made)))
    return 0


async def measured(made: Stage) -> list[Figure]:
    costs: dict[bool, list[float]] = {False: [], True: []}
    async with Person(made) as person:
        comparison = await person.comparison(LANES)
        page = await (await person.session.get(f"{made.lineup.url}/playground/{comparison}")).text()
        lanes = re.findall(r'data-lane-id="([0-9a-f-]{36})"', page)
        assert len(lanes) == LANES, f"there are {len(lanes)} lanes"
        for _ in range(ROUNDS):
            for is_traced in costs:
                for lane in lanes:
                    await person.prepare(lane, is_traced=is_traced)
                costs[is_traced].append(await spent(made, person, comparison))
    kept = made.lineup.store.query("SELECT count(*) FROM tracing_call")[0][0]
    assert kept == ROUNDS * SENDS * LANES, f"{kept} answers were traced"
    plain, traced = (median(costs[is_traced]) * 1e3 for is_traced in (False, True))
    title, what = f"Traced answers, {STORAGE}", f"CPU an answer of {LENGTH} tokens"
    return [
        Figure(title, f"{what}, not traced", f"{plain:.1f} ms"),
        Figure(title, f"{what}, traced", f"{traced:.1f} ms"),
        Figure(title, "tracing adds", f"{traced - plain:.2f} ms"),
    ]


async def spent(made: Stage, person: Person, comparison: str) -> float:
    """CPU-seconds an answer."""
    before = cpu_seconds(made.pid)
    for _ in range(SENDS):
        await answered(person, comparison)
    await asyncio.sleep(SETTLING)
    return (cpu_seconds(made.pid) - before) / SENDS / LANES


async def answered(person: Person, comparison: str) -> None:
    tab = Tab(LANES)
    async with asyncio.timeout(PATIENCE), person.socket(comparison) as socket:
        await socket.send_json({"type": "resume"})
        await socket.send_json({"type": "send", "id": str(uuid.uuid4()), "text": "How are tunnels aired?"})
        while len(tab.ended) < LANES:
            message = await socket.receive()
            assert message.type == aiohttp.WSMsgType.TEXT, f"the socket closed: {message}"
            tab.take(message.data)


if __name__ == "__main__":
    sys.exit(main())
