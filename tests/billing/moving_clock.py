"""The books' time, moved by tests as they like; everything that is booked takes it from there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from common import clock


class MovingClock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
        self.at = datetime.fromisoformat(at).replace(tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda _told=None: self.at)

    def to(self, at: str) -> None:
        self.at = datetime.fromisoformat(at).replace(tzinfo=UTC)

    def by(self, **time: float) -> None:
        self.at += timedelta(**time)
