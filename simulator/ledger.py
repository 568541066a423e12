"""What was really generated and for whom it was billed, kept apart from what anyone else counted.

Times are given twice: as the clock on the wall and as this machine's monotonic clock, which all processes share.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict, deque
from dataclasses import asdict, dataclass, field
from typing import Any

MOST_ENTRIES = 20_000
MOST_TEXTS = 2_000


@dataclass(slots=True)
class Moment:
    wall: float
    monotonic: float

    @classmethod
    def now(cls) -> Moment:
        return cls(time.time(), time.monotonic())


@dataclass(slots=True)
class Entry:
    """`outcome`: running, completed, disconnected, refused (an error status), or broken (a drill ended it early)."""

    id: str
    request_id: str | None
    model: str
    stream: bool
    prompt_tokens: int = 0
    cached_tokens: int = 0
    generated_tokens: int = 0
    planned_tokens: int = 0
    outcome: str = "running"
    status: int = 200
    started: Moment = field(default_factory=Moment.now)
    first_token: Moment | None = None
    ended: Moment | None = None
    disconnected: Moment | None = None

    def generated(self, tokens: int) -> None:
        if tokens and self.first_token is None:
            self.first_token = Moment.now()
        self.generated_tokens = tokens

    def end(self, outcome: str, status: int = 200) -> None:
        """The first end stands."""
        if self.ended is None:
            self.outcome, self.status, self.ended = outcome, status, Moment.now()
            if outcome == "disconnected":
                self.disconnected = self.ended

    def as_json(self) -> dict[str, Any]:
        billed = self.outcome != "refused"
        return {
            **asdict(self),
            "billed": {
                "prompt_tokens": self.prompt_tokens if billed else 0,
                "completion_tokens": self.generated_tokens if billed else 0,
            },
        }


class Ledger:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.since = Moment.now()
        self.entries: deque[Entry] = deque(maxlen=MOST_ENTRIES)
        self.texts: OrderedDict[str, list[dict[str, str]]] = OrderedDict()
        self.dropped: Counter[str] = Counter()

    def open(self, entry: Entry) -> Entry:
        if len(self.entries) == MOST_ENTRIES:
            self._count(self.entries[0], self.dropped)
        self.entries.append(entry)
        return entry

    def keep_text(self, entry: Entry, said: list[dict[str, str]]) -> None:
        self.texts[entry.id] = said
        while len(self.texts) > MOST_TEXTS:
            self.texts.popitem(last=False)

    def find(self, name: str) -> Entry | None:
        """By completion id, or else the newest with this `x-request-id`."""
        for entry in reversed(self.entries):
            if name in (entry.id, entry.request_id):
                return entry
        return None

    def totals(self) -> dict[str, int]:
        names = (
            "requests",
            "running",
            "completed",
            "disconnected",
            "refused",
            "broken",
            "prompt_tokens",
            "completion_tokens",
        )
        totals = Counter(self.dropped)
        for entry in self.entries:
            self._count(entry, totals)
        return {name: totals[name] for name in names}

    @staticmethod
    def _count(entry: Entry, totals: Counter[str]) -> None:
        totals["requests"] += 1
        totals[entry.outcome] += 1
        if entry.outcome != "refused":
            totals["prompt_tokens"] += entry.prompt_tokens
            totals["completion_tokens"] += entry.generated_tokens
