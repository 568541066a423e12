"""The text of one answer while it is being written. It belongs to one generation and to nothing else."""

from __future__ import annotations


class DeltaBuffer:
    def __init__(self, address: str) -> None:
        """`address` as playground/prompt.py has it."""
        self.address = address
        #: How many deltas were cut so far.
        self.seq = 0
        self._sent: tuple[list[str], list[str]] = ([], [])
        self._pending: tuple[list[str], list[str]] = ([], [])

    def add(self, text: str, reasoning: str) -> None:
        for pending, piece in zip(self._pending, (text, reasoning), strict=True):
            if piece:
                pending.append(piece)

    def cut(self) -> tuple[str, int, str] | tuple[str, int, str, str] | None:
        """All that was not sent yet, as the next delta."""
        text, reasoning = ("".join(pending) for pending in self._pending)
        if not text and not reasoning:
            return None
        self.seq += 1
        for sent, pending, piece in zip(self._sent, self._pending, (text, reasoning), strict=True):
            sent.append(piece)
            pending.clear()
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
