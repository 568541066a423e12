"""The books' time: the database's, so that processes whose clocks differ agree on what is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

#: Clocks that are this near to each other agree.
NEAR = timedelta(seconds=1)


def column() -> str:
    """What a statement asks for to be told the time; SQLite is on this machine and knows no other."""
    return "clock_timestamp()" if connection.vendor == "postgresql" else "NULL"


def now(told: datetime | None = None) -> datetime:
    """As the database told it; asks if it has not."""
    if told is not None:
        return told
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            moment: datetime = cursor.fetchone()[0]
            return moment
    return timezone.now()


def ahead(moment: datetime) -> timedelta:
    """By how much the books' time is ahead of this process's clock, if that matters."""
    difference = moment - timezone.now()
    return difference if abs(difference) > NEAR else timedelta()
