"""A streamed answer as a tape: what to send, when at the latest to have sent it, how many tokens that makes.

A drill about transport is an edit of the tape; the player knows of none but how to end.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace

from simulator.drills import Drill

COMMENT = b": still here\n\n"


@dataclass(slots=True)
class Tape:
    """The lists run in parallel. `dues` are seconds from the start, `tokens` the sum up to and including the frame."""

    frames: list[bytes] = field(default_factory=list)
    dues: list[float] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    #: end | cut (the connection is closed in the middle) | reset (the same with a TCP reset)
    ending: str = "end"

    def add(self, frame: bytes, due: float, tokens: int = 0) -> None:
        self.frames.append(frame)
        self.dues.append(due)
        self.tokens.append((self.tokens[-1] if self.tokens else 0) + tokens)

    def after(self, tokens: int) -> int:
        """The first position at which that many tokens have been sent (0: before everything)."""
        return 0 if tokens == 0 else min(bisect_left(self.tokens, tokens) + 1, len(self.frames))

    def insert(self, at: int, frame: bytes) -> None:
        self.frames.insert(at, frame)
        self.dues.insert(at, self.dues[at - 1] if at else 0.0)
        self.tokens.insert(at, self.tokens[at - 1] if at else 0)

    def end_at(self, at: int) -> None:
        del self.frames[at:], self.dues[at:], self.tokens[at:]


def drilled(tape: Tape, drill: Drill, malformed: bytes, error: bytes) -> Tape:
    if drill.comments:
        for at in range(len(tape.frames) - 1, -1, -5):
            tape.insert(at, COMMENT)
    if drill.malformed_after is not None:
        tape.insert(tape.after(drill.malformed_after), malformed)
    if drill.error_after is not None:
        at = tape.after(drill.error_after)
        tape.end_at(at)
        tape.insert(at, error)
    if drill.cut_after is not None:
        tape.end_at(tape.after(drill.cut_after))
        tape.ending = "reset" if drill.reset else "cut"
    if drill.stall_after is not None:
        at = tape.after(drill.stall_after)
        tape.dues[at:] = [due + drill.stall_for for due in tape.dues[at:]]
    if drill.crlf:
        tape.frames = [frame.replace(b"\n", b"\r\n") for frame in tape.frames]
    return tape if drill.trickle is None else trickled(tape, drill.trickle)


def trickled(tape: Tape, pause: float) -> Tape:
    """Byte by byte, so that characters and events fall into pieces."""
    slow = replace(tape, frames=[], dues=[], tokens=[])
    due = 0.0
    for frame, planned, tokens in zip(tape.frames, tape.dues, tape.tokens, strict=True):
        for at in range(len(frame)):
            due = max(due + pause, planned)
            slow.frames.append(frame[at : at + 1])
            slow.dues.append(due)
            slow.tokens.append(tokens if at == len(frame) - 1 else (slow.tokens[-1] if slow.tokens else 0))
    return slow
