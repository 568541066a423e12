"""Calls between processes over the channel layer: who writes an answer is alone able to stop or show it."""

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

Method = Callable[[uuid.UUID], Awaitable[str]]

#: What other processes may ask of this one, by name; the modules that can do it put themselves in.
METHODS: dict[str, Method] = {}

_calls: dict[str, asyncio.Future[str]] = {}
_listeners: dict[asyncio.AbstractEventLoop, asyncio.Task[None]] = {}
_serving: set[asyncio.Task[None]] = set()


def group_of(process: uuid.UUID) -> str:
    return f"process.{process.hex}"


async def listen() -> None:
    """From now on this process is heard. Listening already, it changes nothing."""
    loop = asyncio.get_running_loop()
    if loop in _listeners and not _listeners[loop].done():
        return
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group_of(processes.current()), channel)
    _listeners[loop] = loop.create_task(_receive(channel))


async def call(process: uuid.UUID, method: str, answer_id: uuid.UUID) -> str | None:
    """The reply of the process that writes this answer; None if none came in time."""
    return await call_group(group_of(process), PATIENCE, method=method, answer=answer_id.hex)


async def call_group(group: str, patience: float, **request: str) -> str | None:
    """The first reply from a group, from whoever gives it; None if none came in time."""
    await listen()
    number = uuid7().hex
    reply = _calls[number] = asyncio.get_running_loop().create_future()
    try:
        request |= {"number": number, "reply_to": group_of(processes.current())}
        await get_channel_layer().group_send(group, request)
        return await asyncio.wait_for(reply, patience)
    except TimeoutError:
        return None
    finally:
        _calls.pop(number, None)


async def reply(request: dict[str, Any], text: str) -> None:
    answer = {"method": "reply", "number": request["number"], "text": text}
    await get_channel_layer().group_send(request["reply_to"], answer)


async def _receive(channel: str) -> None:
    layer = get_channel_layer()
    while True:
        request = await layer.receive(channel)
        if request["method"] == "reply":
            waiting = _calls.get(request["number"])
            if waiting is not None and not waiting.done():
                waiting.set_result(request["text"])
            continue
        task = asyncio.create_task(_serve(request))
        _serving.add(task)
        task.add_done_callback(_serving.discard)


async def _serve(request: dict[str, Any]) -> None:
    try:
        await reply(request, await METHODS[request["method"]](uuid.UUID(request["answer"])))
    except Exception:
        log.exception("a call from another process could not be answered: %s", request["method"])
