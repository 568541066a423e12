"""What the client reads back, and what it says."""

from __future__ import annotations

import logging
from typing import Any

from weave.trace.weave_client import WeaveClient


def complaints(records: list[logging.LogRecord]) -> list[str]:
    """Warnings, and what was tried again."""
    said = [record for record in records if record.name.startswith("weave")]
    return [
        record.getMessage() for record in said if record.levelno >= logging.WARNING or "retry" in record.getMessage()
    ]


def calls(client: WeaveClient, **asked: Any) -> list[Any]:
    """Once all is sent."""
    client.flush()
    return list(client.get_calls(**asked))


def names(found: list[Any]) -> list[str]:
    return [call.func_name for call in found]
