"""Hours, days and months, all in UTC, and stretches of time that are whole numbers of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Grain(StrEnum):
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"

    def floor(self, moment: datetime) -> datetime:
        """The beginning of the hour, day or month."""
        hour = moment.replace(minute=0, second=0, microsecond=0)
        if self is Grain.HOUR:
            return hour
        return hour.replace(hour=0) if self is Grain.DAY else hour.replace(hour=0, day=1)

    def after(self, start: datetime) -> datetime:
        """Where the one that begins at `start` ends."""
        if self is Grain.HOUR:
            return start + timedelta(hours=1)
        if self is Grain.DAY:
            return start + timedelta(days=1)
        return (start + timedelta(days=31)).replace(day=1)

    def ceiling(self, moment: datetime) -> datetime:
        start = self.floor(moment)
        return start if start == moment else self.after(start)

    @property
    def coarser(self) -> Grain:
        return Grain.DAY if self is Grain.HOUR else Grain.MONTH

    def label(self, start: datetime) -> str:
        return start.strftime({Grain.HOUR: "%Y-%m-%d %H:00", Grain.DAY: "%Y-%m-%d", Grain.MONTH: "%Y-%m"}[self])

    def short_label(self, start: datetime) -> str:
        """For the narrow place under a bar."""
        if self is Grain.HOUR and start.hour:
            return start.strftime("%H:00")
        return start.strftime("%Y-%m" if self is Grain.MONTH else "%m-%d")


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` up to, but without, `end`."""

    start: datetime
    end: datetime

    def widened(self, grain: Grain) -> Window:
        """To whole hours, days or months."""
        return Window(grain.floor(self.start), grain.ceiling(self.end))

    def starts(self, grain: Grain) -> Iterator[datetime]:
        start = grain.floor(self.start)
        while start < self.end:
            yield start
            start = grain.after(start)

    def pieces(self) -> Iterator[tuple[Grain, Window]]:
        """The same stretch in as few periods as can be: months, days before and after them, hours around those."""
        start, end, innermost = self.start, self.end, Grain.HOUR
        for inner in (Grain.DAY, Grain.MONTH):
            first, last = inner.ceiling(start), inner.floor(end)
            if first >= last:
                break
            ends = (Window(start, first), Window(last, end))
            yield from ((innermost, piece) for piece in ends if piece.start < piece.end)
            start, end, innermost = first, last, inner
        yield innermost, Window(start, end)

    @property
    def last_day(self) -> datetime:
        """The day that is the last in it."""
        return Grain.DAY.floor(self.end - timedelta(microseconds=1))
