"""The text of one answer while it is being written. It belongs to one generation and to nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from playground.assembly import Piece, joined

Delta = tuple[str, int, str] | tuple[str, int, str, str] | tuple[str, int, str, str, list[Piece]]


class DeltaBuffer:
    def __init__(self, address: str) -> None:
        """`address` as playground/prompt.py has it."""
        self.address = address
        #: How many deltas were cut so far.
        self.seq = 0
        self._sent: tuple[list[str], list[str]] = ([], [])
        self._pending: tuple[list[str], list[str]] = ([], [])
        #: Of calls of functions.
        self._sent_calls: list[Piece] = []
        self._pending_calls: list[Piece] = []

    def add(self, text: str, reasoning: str, calls: Iterable[Piece] = ()) -> None:
        self._pending_calls += calls
        for pending, piece in zip(self._pending, (text, reasoning), strict=True):
            if piece:
                pending.append(piece)

    def cut(self) -> Delta | None:
        """All that was not sent yet, as the next delta."""
        text, reasoning = ("".join(pending) for pending in self._pending)
        calls = joined(self._pending_calls)
        if not text and not reasoning and not calls:
            return None
        self.seq += 1
        self._sent_calls += calls
        self._pending_calls.clear()
        for sent, pending, piece in zip(self._sent, self._pending, (text, reasoning), strict=True):
            sent.append(piece)
            pending.clear()
        if calls:
            return self.address, self.seq, text, reasoning, calls
        return (self.address, self.seq, text, reasoning) if reasoning else (self.address, self.seq, text)

    @property
    def text(self) -> str:
        return "".join(self._sent[0] + self._pending[0])

    @property
    def reasoning(self) -> str:
        return "".join(self._sent[1] + self._pending[1])

    def snapshot(self) -> tuple[int, str, str]:
        """(seq, text, reasoning): all that was cut so far, and nothing that the next delta will bring."""
        return self.seq, "".join(self._sent[0]), "".join(self._sent[1])

    def snapshot_of_calls(self) -> list[tuple[str, str]]:
        """Of each its name and arguments, likewise."""
        self._sent_calls = joined(self._sent_calls)
        return [(name, arguments) for _, name, arguments in self._sent_calls]
