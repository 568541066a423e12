"""What waits to be written, and where its writer waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from billing.admission import Admission
from billing.settlement import Settlement
from common.errors import LineupError

Work = Admission | Settlement | Callable[[], Any]


@dataclass(slots=True, eq=False)
class Entry:
    work: Work
    future: Future[Any] = field(default_factory=Future)
    is_on_disk: bool = False

    def is_wanted(self) -> bool:
        """Asked once, when its turn has come: from now on it cannot be given up."""
        return not isinstance(self.work, Admission) or self.future.set_running_or_notify_cancel()

    def refuse(self, error: BaseException) -> None:
        if not self.future.done():
            self.future.set_exception(error)

    def answer(self, value: Any) -> None:
        if isinstance(value, LineupError):
            self.refuse(value)
        elif not self.future.done():
            self.future.set_result(value)


def admissions(entries: Sequence[Entry]) -> list[Admission]:
    return [entry.work for entry in entries if isinstance(entry.work, Admission)]


def settlements(entries: Sequence[Entry]) -> list[Settlement]:
    return [entry.work for entry in entries if isinstance(entry.work, Settlement)]
