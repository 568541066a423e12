"""What is asked of the books' thread, and the future in which whoever asked waits for it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from billing.admission import Admission
from billing.settlement import Settlement
from common.errors import LineupError

Work = Admission | Settlement | Callable[[], Any]


@dataclass(slots=True, eq=False)
class Job:
    work: Work
    future: Future[Any] = field(default_factory=Future)
    is_on_disk: bool = False

    @property
    def organization_id(self) -> uuid.UUID | None:
        """Whose account's lock it needs."""
        return None if callable(self.work) else self.work.organization_id

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


def admissions(jobs: Sequence[Job]) -> list[Admission]:
    return [job.work for job in jobs if isinstance(job.work, Admission)]


def settlements(jobs: Sequence[Job]) -> list[Settlement]:
    return [job.work for job in jobs if isinstance(job.work, Settlement)]
