"""How long a served page waits for one statement: a database that stands still answers nothing and hangs up on nobody.

Commands wait as long as it takes: a migration may well build an index for an hour.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.db.backends.signals import connection_created

#: Seconds.
PATIENCE = 10.0 * settings.DATABASE_PATIENCE


def install() -> None:
    connection_created.connect(_bound, dispatch_uid="statement-timeout")


def _bound(connection: Any, **_: Any) -> None:
    if connection.vendor == "postgresql":
        raw = connection.connection
        raw.wait = partial(raw.wait, timeout=PATIENCE)
