"""Settlements that the database could not take, kept in a file until it can.

Only the process that wrote a file may remove it, or whoever finds its lock free: its writer is dead then.
Settling twice changes nothing, so a file that is read again does no harm.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from billing import processes
from billing.settlement import Settlement


def folder() -> Path:
    return Path(settings.VAR_DIR) / "settlements"


class Spool:
    def __init__(self) -> None:
        self._file: IO[str] | None = None

    def append(self, settlements: list[Settlement]) -> None:
        """On disk when this returns."""
        file = self._open()
        for settlement in settlements:
            file.write(json.dumps(asdict(settlement), default=str) + "\n")
        file.flush()
        os.fsync(file.fileno())

    def clear(self) -> None:
        """All of it is in the database."""
        if self._file is not None:
            Path(self._file.name).unlink(missing_ok=True)
            self.close()

    def close(self) -> None:
        """What is still in it is now anyone's to book."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> IO[str]:
        if self._file is None:
            folder().mkdir(parents=True, exist_ok=True)
            self._file = (folder() / f"{processes.current()}.jsonl").open("a", encoding="utf-8")
            fcntl.flock(self._file, fcntl.LOCK_EX)
        return self._file


def orphans() -> Iterator[tuple[Path, list[Settlement]]]:
    """The files of dead writers. Whoever gets one holds its lock until it asks for the next."""
    for path in sorted(folder().glob("*.jsonl")):
        with path.open("r+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield path, [settlement for line in file if (settlement := _read(line)) is not None]


def _read(line: str) -> Settlement | None:
    """None for a line that was cut off by the death of its writer: it was never promised."""
    try:
        values: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    for name in ("id", "organization_id", "offering_id"):
        values[name] = uuid.UUID(values[name])
    values["ended_at"] = datetime.fromisoformat(values["ended_at"])
    # What an earlier Lineup wrote may lack what was added since.
    return Settlement(**{field.name: values[field.name] for field in fields(Settlement) if field.name in values})
