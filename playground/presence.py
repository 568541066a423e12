"""Whether anybody still looks at a comparison, for organizations that want answers stopped when nobody does."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import Counter

from playground import control, database, rpc
from playground.broadcast import group_of
from playground.models import Answer

log = logging.getLogger(__name__)

#: Seconds: a reload leaves and comes back; a tab elsewhere needs a moment to say that it is there.
GRACE, ROLL_CALL = 5.0, 1.0

_tabs: Counter[uuid.UUID] = Counter()
_waiting: set[asyncio.Task[None]] = set()


def came(comparison_id: uuid.UUID) -> None:
    _tabs[comparison_id] += 1


def left(comparison_id: uuid.UUID) -> None:
    _tabs[comparison_id] -= 1
    if _tabs[comparison_id] <= 0:
        del _tabs[comparison_id]
        task = asyncio.create_task(_stop_unless_watched(comparison_id))
        _waiting.add(task)
        task.add_done_callback(_waiting.discard)


async def _stop_unless_watched(comparison_id: uuid.UUID) -> None:
    await asyncio.sleep(GRACE)
    try:
        answers = await database.run(_to_stop, comparison_id)
        if answers and not await _is_watched(comparison_id):
            await control.stop(answers)
    except Exception:
        log.exception("the answers of comparison %s, which nobody watches, were not stopped", comparison_id)


async def _is_watched(comparison_id: uuid.UUID) -> bool:
    if comparison_id in _tabs:
        return True
    return await rpc.call_group(group_of(comparison_id), ROLL_CALL, type="roll.call") is not None


def _to_stop(comparison_id: uuid.UUID) -> list[Answer]:
    wanted = {"lane__comparison__project__team__organization__stops_when_left": True}
    return list(Answer.objects.running().filter(lane__comparison=comparison_id, **wanted))
