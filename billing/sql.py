"""Statements about many rows at once, without the ORM, which costs a completion several times what its SQL does.

A statement speaks of the rows it is given as the table `batch`, and is the same text on SQLite and PostgreSQL:

    run("UPDATE billing_account SET held = held + more FROM batch WHERE …", {"more": "bigint"}, [(5,), (7,)])

On PostgreSQL the columns arrive as arrays, so that the text never changes and is planned once for each connection, and
statements that need not wait for one another's rows go `together`: on the way there and back is most of the time.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, lru_cache, partial
from operator import attrgetter
from typing import Any

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Model

Row = tuple[Any, ...]

#: What is raised when the database cannot be asked, whatever it was to do.
AWAY = (OperationalError, InterfaceError)


def run(statement: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> list[Row]:
    """What the statement returns, if anything; `columns` are the batch's, each with its type in PostgreSQL."""
    if not rows:
        return []
    if connection.vendor == "postgresql":
        return _postgres(_arrays(tuple(columns.items())) + statement, [*map(_array, zip(*rows, strict=True))])
    flat = [_plain(value) for row in rows for value in row]
    return _sqlite(_values(tuple(columns), len(rows)) + statement, flat)


def select(statement: str, kind: str, ids: Iterable[Any]) -> list[Row]:
    """As `run` for a batch of one column, `id`, in which each value is once."""
    return run(statement, {"id": kind}, [(value,) for value in sorted(set(ids))])


def insert(rows: Sequence[Model]) -> None:
    """New rows of one model, all columns of it."""
    if rows:
        statement, columns, values = _insertion(type(rows[0]))
        run(statement, columns, [values(row) for row in rows])


@cache
def _insertion(model: type[Model]) -> tuple[str, Mapping[str, str], Callable[[Model], Row]]:
    fields: Any = model._meta.concrete_fields
    columns = {field.column: field.db_type(connection) or "" for field in fields}
    statement = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT * FROM batch"  # noqa: S608 (our models)
    return statement, columns, attrgetter(*(field.attname for field in fields))


class _Thread(threading.local):
    #: Statements on their way, each with the list that its rows go to.
    answers: list[tuple[psycopg.Cursor[Any], list[Row]]] | None = None
    #: The connection that was set up last, and how many there were.
    raw: Any = None
    connections = 0
    #: Whether it waits for a statement for ever.
    is_patient = True


_thread = _Thread()


def be_impatient() -> None:
    """From now on this thread waits for no statement longer than DATABASE_PATIENCE: others wait for it."""
    _thread.is_patient = False


@contextmanager
def together() -> Iterator[None]:
    """Statements in the block are sent as one. What `run` has returned is filled at the block's end."""
    if connection.vendor != "postgresql":
        yield
        return
    connect()
    raw: Any = connection.connection
    answers = _thread.answers = []
    try:
        with connection.wrap_database_errors, raw.pipeline():
            yield
    finally:
        _thread.answers = None
    for cursor, rows in answers:
        rows += _rows(cursor)


def connect() -> int:
    """Sees to it that this thread is connected; tells apart its connections, of which it may lose one after another."""
    connection.ensure_connection()
    if connection.connection is not _thread.raw:
        _thread.raw = connection.connection
        _thread.connections += 1
        if connection.vendor == "postgresql":
            _set_up(connection.connection)
    return _thread.connections


def _set_up(raw: Any) -> None:
    """Statements are planned once. In the books' thread nobody waits for ever, and a commit does not wait for the disk,
    which the committer makes good."""
    raw.prepare_threshold = 0
    if not _thread.is_patient:
        raw.wait = partial(_wait, raw)
        raw.execute("SET synchronous_commit = off")


def durably() -> None:
    """This transaction, for once, is on disk when it is over."""
    if connection.vendor == "postgresql":
        connection.connection.execute("SET LOCAL synchronous_commit = on")


def _wait(raw: Any, *arguments: Any, **options: Any) -> Any:
    """A database that was stopped answers nothing, and closes nothing."""
    try:
        return psycopg.Connection.wait(raw, *arguments, **options | {"timeout": settings.DATABASE_PATIENCE})
    except psycopg.OperationalError:
        # Otherwise each statement that tidies up would be waited for in turn.
        raw.pgconn.finish()
        raise


@cache
def _arrays(columns: tuple[tuple[str, str], ...]) -> str:
    names = ", ".join(name for name, _ in columns)
    casts = ", ".join(f"%s::{kind}[]" for _, kind in columns)
    return f"WITH batch({names}) AS (SELECT * FROM unnest({casts})) "  # noqa: S608 (our columns)


@lru_cache(maxsize=1024)
def _values(names: tuple[str, ...], rows: int) -> str:
    row = f"({', '.join('?' * len(names))})"
    return f"WITH batch({', '.join(names)}) AS (VALUES {', '.join([row] * rows)}) "


def _postgres(statement: str, parameters: Sequence[str]) -> list[Row]:
    # Django's own cursor writes the values into the text, where no statement is like the one before.
    cursor = psycopg.Cursor(connection.connection)
    rows: list[Row] = []
    if _thread.answers is None:
        with connection.wrap_database_errors:
            cursor.execute(statement.encode(), parameters)
            rows += _rows(cursor)
    else:
        cursor.execute(statement.encode(), parameters)
        _thread.answers.append((cursor, rows))
    return rows


def _rows(cursor: psycopg.Cursor[Any]) -> list[Row]:
    return cursor.fetchall() if cursor.description else []


def _sqlite(statement: str, parameters: Sequence[Any]) -> list[Row]:
    with connection.wrap_database_errors:
        rows: list[Row] = connection.connection.execute(statement, parameters).fetchall()
        return rows


def _array(values: Iterable[Any]) -> str:
    """As PostgreSQL reads it: psycopg would look at each value twice, and give every mix of sizes a type of its own."""
    return "{" + ",".join([_element(value) for value in values]) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f'"{value}"'


def _plain(value: Any) -> Any:
    """As Django keeps it in SQLite."""
    if type(value) is uuid.UUID:
        return value.hex
    if type(value) is datetime:
        return str(value.astimezone(UTC).replace(tzinfo=None))
    return value


def identity(value: Any) -> uuid.UUID:
    """A UUID that was read."""
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)


def moment(value: Any) -> datetime:
    """A time that was read; SQLite's come without a zone, as text or not."""
    told: datetime = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return told if told.tzinfo else told.replace(tzinfo=UTC)
