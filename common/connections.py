"""The connection to the database of whoever answers piece by piece."""

from django.db import connection


def let_go() -> None:
    """None is kept while a reader takes its time."""
    # Tests have all of it in one transaction, whose end they want to see.
    if not connection.in_atomic_block:
        connection.close()
