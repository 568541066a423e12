"""Answers that are sent as they are read: however long one is, no more of it is held than a piece.

What it consists of is decided first, so that it can still be refused, and kept as keys; the values are read later.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from pydantic_core import to_json
from starlette.responses import Response, StreamingResponse

from tracing import database

Key = TypeVar("Key")
Sizes = Callable[[Sequence[Key]], Iterable[int]]
Written = Callable[[Sequence[Key]], Iterable[bytes]]

#: Values that are held at once, and their bytes, unless one alone has more.
PIECE = 200
MOST_BYTES = 2_000_000


def json(value: Any) -> bytes:
    return to_json(value, inf_nan_mode="null")


def lines(keys: Sequence[Key], sizes: Sizes[Key], written: Written[Key]) -> Response:
    """A value on each."""
    return StreamingResponse(_ended(_pieces(keys, sizes, written)), media_type="application/jsonl")


def members(name: str, keys: Sequence[Key], sizes: Sizes[Key], written: Written[Key], **others: Any) -> Response:
    """An object whose member of that name is the list of the values."""
    head, tail = json({name: []})[:-2], b"]" + (b"," + json(others)[1:] if others else b"}")
    return StreamingResponse(_listed(head, _pieces(keys, sizes, written), tail), media_type="application/json")


async def _ended(pieces: AsyncIterator[list[bytes]]) -> AsyncIterator[bytes]:
    async for piece in pieces:
        yield b"".join(value + b"\n" for value in piece)


async def _listed(head: bytes, pieces: AsyncIterator[list[bytes]], tail: bytes) -> AsyncIterator[bytes]:
    yield head
    between = b""
    async for piece in pieces:
        yield between + b",".join(piece)
        between = b","
    yield tail


async def _pieces(keys: Sequence[Key], sizes: Sizes[Key], written: Written[Key]) -> AsyncIterator[list[bytes]]:
    for start in range(0, len(keys), PIECE):
        together = keys[start : start + PIECE]
        known = await database.run(partial(_list, sizes, together), may_take_long=True)
        for few in split(together, known):
            # All of them may have been deleted by now.
            if piece := await database.run(partial(_list, written, few), may_take_long=True):
                yield piece


def _list(work: Callable[[Sequence[Key]], Iterable[Any]], keys: Sequence[Key]) -> list[Any]:
    return list(work(keys))


def split(keys: Sequence[Key], sizes: Iterable[int]) -> Iterator[list[Key]]:
    """Pieces whose values are not too long together."""
    few: list[Key] = []
    held = 0
    for key, size in zip(keys, sizes, strict=True):
        if few and held + size > MOST_BYTES:
            yield few
            few, held = [], 0
        few.append(key)
        held += size
    if few:
        yield few
