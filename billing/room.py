"""How many requests may run at once, and how many more than those that run."""

from __future__ import annotations

from dataclasses import dataclass

from common.errors import ConcurrencyLimitReached


@dataclass(frozen=True, slots=True)
class Room:
    """Of the person or of the project, whichever has less left."""

    limit: int
    left: int

    def less_one(self) -> Room:
        """With one request more. Raises ConcurrencyLimitReached."""
        if self.left < 1:
            raise ConcurrencyLimitReached(self.limit)
        return Room(self.limit, self.left - 1)
