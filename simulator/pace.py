"""When each token is due: an absolute schedule from the request's start, so that lateness never adds up."""

from __future__ import annotations

import random
from dataclasses import dataclass

from simulator.drills import Drill
from simulator.models import Profile


@dataclass(frozen=True, slots=True)
class Pace:
    """`rate` 0 means that nothing waits after the first token."""

    ttft: float
    rate: float
    jitter: float

    @classmethod
    def of(cls, profile: Profile, drill: Drill) -> Pace:
        ttft = profile.ttft if drill.ttft is None else drill.ttft
        rate = profile.rate if drill.tokens_per_second is None else drill.tokens_per_second
        return cls(ttft, rate, profile.jitter if drill.jitter is None else drill.jitter)

    def dues(self, tokens: int, rng: random.Random) -> list[float]:
        """One time a token; the mean is `rate` however large the jitter."""
        due = self.ttft * self._uneven(rng)
        step = 1 / self.rate if self.rate else 0.0
        dues = []
        for _ in range(tokens):
            dues.append(due)
            due += step * self._uneven(rng)
        return dues

    def _uneven(self, rng: random.Random) -> float:
        return 1 + self.jitter * (2 * rng.random() - 1) if self.jitter else 1.0
