"""Processes asking one another over the channel layer: who writes an answer is alone able to stop or show it."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from channels.layers import get_channel_layer

from billing import processes
from common.ids import uuid7

log = logging.getLogger(__name__)

#: Seconds until a process that does not reply is given up.
PATIENCE = 4.0

Handler = Callable[[uuid.UUID], Awaitable[str]]

#: What other processes may ask of this one, by name; the modules that can do it put themselves in.
HANDLERS: dict[str, Handler] = {}

_asked: dict[str, asyncio.Future[str]] = {}
_boxes: dict[asyncio.AbstractEventLoop, asyncio.Task[None]] = {}
_handling: set[asyncio.Task[None]] = set()


def group_of(process: uuid.UUID) -> str:
    return f"process.{process.hex}"


async def open_mailbox() -> None:
    """From now on this process is heard. Opening it again does nothing."""
    loop = asyncio.get_running_loop()
    if loop in _boxes and not _boxes[loop].done():
        return
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group_of(processes.current()), channel)
    _boxes[loop] = loop.create_task(_listen(channel))


async def ask(process: uuid.UUID, what: str, answer_id: uuid.UUID) -> str | None:
    """The reply of the process that has this answer; None if none came in time."""
    return await call(group_of(process), PATIENCE, what=what, answer=answer_id.hex)


async def call(group: str, patience: float, **letter: str) -> str | None:
    """The first reply from a group, from whoever gives it; None if none came in time."""
    await open_mailbox()
    number = uuid7().hex
    answer = _asked[number] = asyncio.get_running_loop().create_future()
    try:
        letter |= {"number": number, "reply_to": group_of(processes.current())}
        await get_channel_layer().group_send(group, letter)
        return await asyncio.wait_for(answer, patience)
    except TimeoutError:
        return None
    finally:
        _asked.pop(number, None)


async def _listen(channel: str) -> None:
    layer = get_channel_layer()
    while True:
        letter = await layer.receive(channel)
        if letter["what"] == "reply":
            waiting = _asked.get(letter["number"])
            if waiting is not None and not waiting.done():
                waiting.set_result(letter["text"])
            continue
        task = asyncio.create_task(_handle(letter))
        _handling.add(task)
        task.add_done_callback(_handling.discard)


async def reply(letter: dict[str, Any], text: str) -> None:
    answer = {"what": "reply", "number": letter["number"], "text": text}
    await get_channel_layer().group_send(letter["reply_to"], answer)


async def _handle(letter: dict[str, Any]) -> None:
    try:
        await reply(letter, await HANDLERS[letter["what"]](uuid.UUID(letter["answer"])))
    except Exception:
        log.exception("a letter from another process could not be answered: %s", letter["what"])
