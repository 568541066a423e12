"""The measured part of benchmarks/engine_overhead.py; the environment says which database."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  (Django first)
from openai import AsyncOpenAI, DefaultAioHttpClient  # noqa: E402

from accounts.caller import Caller  # noqa: E402
from accounts.models import Project  # noqa: E402
from benchmarks.figures import Figure, say  # noqa: E402
from benchmarks.processes import cpu_seconds, parent_of  # noqa: E402
from billing import writer  # noqa: E402
from common.chat import ChatRequest  # noqa: E402
from completions.engine import open_completion  # noqa: E402

MODEL = "meta-llama/Llama-3.1-8B-Instruct"
ROUNDS = 5
Ask = Callable[[dict[str, Any]], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Work:
    """So many answers of so many tokens, so many at a time; `rate` 0: all tokens of an answer in few writes."""

    answers: int
    tokens: int
    at_once: int
    rate: int = 0

    def body(self) -> dict[str, Any]:
        drill = {"length": self.tokens, "tokens_per_second": self.rate}
        said = [{"role": "user", "content": "How is cement made?"}]
        return {"model": MODEL, "messages": said, "stream": True, "simulate": drill}


SHORT = Work(answers=200, tokens=1, at_once=8)
LONG = Work(answers=40, tokens=512, at_once=8)
PACED = Work(answers=50, tokens=150, at_once=50, rate=50)


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU-seconds of this process and of the database, per answer."""

    own: float
    database: float
    chunks: float


def main() -> None:
    database = _database_pid()
    caller = _caller()
    costs = asyncio.run(measured(sys.argv[1], caller, database))
    writer.stop()
    say(figures(costs, "PostgreSQL" if database else "SQLite"))


def _caller() -> Caller:
    project = Project.objects.select_related("team__organization").get(slug="playground", team__slug="local")
    user = project.team.organization.members.get(username="admin")
    return Caller.of(user, project, door="api")


def _database_pid() -> int:
    """PostgreSQL's first process; 0 with SQLite, which has none."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return parent_of(cursor.fetchone()[0])


async def measured(base_url: str, caller: Caller, database: int) -> dict[str, dict[Work, list[Cost]]]:
    """Costs by who asked, work and round; the two take turns, so that a busy machine hits both."""

    async def through_the_engine(body: dict[str, Any]) -> int:
        chunks = 0
        async with open_completion(caller, ChatRequest.parse(body)) as completion:
            await completion.connect()
            async for _ in completion:
                chunks += 1
        await completion.receipt()
        return chunks

    async with AsyncOpenAI(
        base_url=base_url, api_key="none", http_client=DefaultAioHttpClient(), max_retries=0
    ) as client:

        async def directly(body: dict[str, Any]) -> int:
            stream = await client.post("/chat/completions", **_as_the_sdk_does(body))
            return len([chunk async for chunk in stream])

        asks: dict[str, Ask] = {"direct": directly, "engine": through_the_engine}
        costs: dict[str, dict[Work, list[Cost]]] = {name: {} for name in asks}
        for ask in asks.values():
            await spent(ask, Work(answers=20, tokens=20, at_once=4), database)
        for _ in range(ROUNDS):
            for work in (SHORT, LONG, PACED):
                for name, ask in asks.items():
                    costs[name].setdefault(work, []).append(await spent(ask, work, database))
    return costs


def _as_the_sdk_does(body: dict[str, Any]) -> dict[str, Any]:
    """What `client.chat.completions.create(stream=True)` hands to its `post`, with our drill in the body."""
    from openai import AsyncStream
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

    asked = {**body, "stream_options": {"include_usage": True}}
    return {"cast_to": ChatCompletion, "body": asked, "stream": True, "stream_cls": AsyncStream[ChatCompletionChunk]}


async def spent(ask: Ask, work: Work, database: int) -> Cost:
    waiting = list(range(work.answers))
    chunks = 0

    async def lane() -> None:
        nonlocal chunks
        while waiting:
            waiting.pop()
            came = await ask(work.body())
            chunks += came

    own, theirs = time.process_time(), cpu_seconds(database) if database else 0.0
    await asyncio.gather(*(lane() for _ in range(work.at_once)))
    own, theirs = time.process_time() - own, (cpu_seconds(database) if database else 0.0) - theirs
    return Cost(own / work.answers, theirs / work.answers, chunks / work.answers)


def figures(costs: dict[str, dict[Work, list[Cost]]], database: str) -> list[Figure]:
    title = f"Engine, {database}"
    found = []
    for name in ("engine", "direct"):
        short, long, paced = (_median(costs[name][work]) for work in (SHORT, LONG, PACED))
        who = {"engine": "the engine", "direct": "the openai client alone"}[name]
        found.append(Figure(title, f"CPU a completion, {who}", f"{short.own * 1e3:.2f} ms"))
        if name == "engine" and database == "PostgreSQL":
            found.append(Figure(title, "the same, in the database", f"{short.database * 1e3:.2f} ms"))
        for label, work in (("many in one read", long), ("each on its own, 50 streams", paced)):
            each = (work.own - short.own) / (work.chunks - short.chunks)
            found.append(Figure(title, f"CPU a chunk, {who}, {label}", f"{each * 1e6:.0f} µs"))
    return found


def _median(rounds: list[Cost]) -> Cost:
    return Cost(
        median([cost.own for cost in rounds]),
        median([cost.database for cost in rounds]),
        median([cost.chunks for cost in rounds]),
    )


if __name__ == "__main__":
    main()
