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
from contextlib import ExitStack, suppress
from dataclasses import asdict, fields
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from billing import processes
from billing.settlement import Settlement


def folder() -> Path:
    return Path(settings.VAR_DIR) / "settlements"


class Spool:
    def __init__(self) -> None:
        self._file: FileIO | None = None

    def append(self, settlements: list[Settlement]) -> None:
        """On disk when this returns. Raises OSError, and has written nothing, when there is no space."""
        file = self._open()
        end = os.fstat(file.fileno()).st_size
        try:
            _write(file, "".join(json.dumps(asdict(each), default=str) + "\n" for each in settlements).encode())
        except OSError:
            # Half a line would spoil the next one.
            file.truncate(end)
            raise

    def clear(self) -> None:
        """All of it is in the database. A disk that keeps the file nevertheless does no harm."""
        if self._file is not None:
            with suppress(OSError):
                _path().unlink()
            self.close()

    def close(self) -> None:
        """What is still in it is now anyone's to book."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> FileIO:
        while self._file is None:
            folder().mkdir(parents=True, exist_ok=True)
            # Without a buffer: what it could not write it would try to write again.
            file = _path().open("ab", buffering=0)
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_at(_path(), file):
                self._file = file
            else:
                # It was taken for a dead writer's before it was locked, and removed.
                file.close()
        return self._file


def _path() -> Path:
    return folder() / f"{processes.current()}.jsonl"


def _is_at(path: Path, file: IO[Any]) -> bool:
    """Whether the file, now that it is locked, is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _write(file: FileIO, data: bytes) -> None:
    while data:
        data = data[file.write(data) :]
    os.fsync(file.fileno())


def orphans() -> Iterator[tuple[Path, list[Settlement]]]:
    """The files of dead writers. Whoever gets one holds its lock until it asks for the next."""
    for path in sorted(folder().glob("*.jsonl")):
        with ExitStack() as stack:
            try:
                file = stack.enter_context(path.open("r+", encoding="utf-8"))
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except (FileNotFoundError, BlockingIOError):
                continue
            # A living writer may have removed it before it was locked, and begun another of the same name.
            if _is_at(path, file):
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
