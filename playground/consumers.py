"""The comparison's socket: reads commands, starts the work and returns; pushes what it is told."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Coroutine
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth import get_user
from django.db import Error, InterfaceError, OperationalError

from accounts.access import Access
from accounts.models import User
from common.errors import LineupError, Overloaded
from playground import control, database, generation, presence, protocol, rpc
from playground.broadcast import announce, group_of
from playground.callers import caller_of
from playground.commands import check, id_of, parse
from playground.errors import Refusal, refusal_for
from playground.models import Comparison
from playground.outbox import Outbox
from playground.resuming import Resumes, missing, running_in
from playground.sending import carry_out

log = logging.getLogger(__name__)

#: Commands of one tab that wait for those before them; nobody clicks faster than this.
MOST_WAITING = 64
#: Seconds for which a tab is shown things without looking again if its person is still signed in and a member.
BELIEF = 2.0
NOT_FOUND, TOO_SLOW = 4404, 4408
OUR_FAULT = Refusal("server_error", "Lineup could not do this. The error is in its log; try again.")
TOO_FAST = Refusal("too_fast", "Too much was asked for at once. Wait a moment, then try again.")


class ComparisonConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    #: And of these who may open the comparison: `comparison()` asks at each command.
    access = Access.SIGNED_IN

    async def connect(self) -> None:
        self.comparison_id: uuid.UUID = self.scope["url_route"]["kwargs"]["pk"]
        self.order = asyncio.Lock()
        self.work: set[asyncio.Task[None]] = set()
        self.resumes = Resumes(self.take_resume)
        self.outbox = Outbox(self.send, self.let_go)
        self.is_gone = self.is_present = False
        self.believed_until = time.monotonic() + BELIEF
        await self.accept()
        if await self.comparison() is None:
            # A code can only be sent on an accepted socket; it tells the tab not to come back.
            await self.close(NOT_FOUND)
            return
        await self.channel_layer.group_add(group_of(self.comparison_id), self.channel_name)
        presence.came(self.comparison_id)
        self.is_present = True

    async def disconnect(self, _code: int) -> None:
        """What was started goes on: a tab may vanish, a command may not half happen."""
        self.is_gone = True
        self.resumes.end()
        self.outbox.close()
        if self.is_present:
            presence.left(self.comparison_id)
        await self.channel_layer.group_discard(group_of(self.comparison_id), self.channel_name)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Frames on their way to the tab wait for no database thread, as the inherited dispatch would make them."""
        handler = getattr(self, message["type"].replace(".", "_"))
        await handler(message)

    async def comparison(self) -> Comparison | None:
        """The comparison, if the person is still signed in and may still read it."""
        return await database.run(self._comparison)

    def _comparison(self) -> Comparison | None:
        session = self.scope["session"]
        user = get_user(SimpleNamespace(session=session.__class__(session.session_key)))  # type: ignore[arg-type]
        if not isinstance(user, User):
            return None
        comparisons = Comparison.objects.seen_by(user).select_related("project__team__organization")
        return comparisons.filter(pk=self.comparison_id).first()

    # From the tab

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:  # noqa: ARG002  channels' signature
        try:
            command = parse(text_data)
        except Refusal as refusal:
            self.refuse(refusal, id_of(text_data))
            return
        if isinstance(command, protocol.Resume):
            self.resumes.ask(command)
        elif len(self.work) >= MOST_WAITING:
            self.refuse(TOO_FAST, command.id)
        else:
            self.begin_task(self.carry_out(command))

    def begin_task(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.work.add(task)
        task.add_done_callback(self.work.discard)

    async def carry_out(self, command: protocol.Command) -> None:
        """One after the other: a stop that follows a send finds what was sent."""
        async with self.order:
            try:
                comparison = await self.comparison()
                if comparison is None:
                    await self.close(NOT_FOUND)
                    return
                check(command, comparison, self.scope["user"])
                await self.handle(comparison, command)
            except Refusal as refusal:
                self.refuse(refusal, getattr(command, "id", None))
            except LineupError as error:
                self.refuse(refusal_for(error), getattr(command, "id", None))
            except (OperationalError, InterfaceError):
                log.warning("the database is away", exc_info=True)
                self.refuse(refusal_for(Overloaded()), getattr(command, "id", None))
            except Exception:
                log.exception("a %s for comparison %s failed", command.type, self.comparison_id)
                self.refuse(OUR_FAULT, getattr(command, "id", None))

    async def handle(self, comparison: Comparison, command: protocol.Command) -> None:
        match command:
            case protocol.Resume():
                await self.resume(comparison, command)
            case protocol.Stop():
                await self.stop(comparison, command)
            case _:
                await self.begin(comparison, command)

    async def resume(self, comparison: Comparison, command: protocol.Resume) -> None:
        lacking = await database.run(missing, comparison, command)
        snapshots = await asyncio.gather(*map(control.snapshot, lacking.running))
        told = [frame.model_dump_json() for frame in lacking.frames]
        for text in (*told, *filter(None, snapshots), protocol.Resumed().model_dump_json()):
            self.outbox.put(text, is_asked_for=True)

    async def take_resume(self, command: protocol.Resume) -> None:
        """Over when the tab has taken what it asked for."""
        await self.carry_out(command)
        await self.outbox.emptied()

    async def begin(self, comparison: Comparison, command: protocol.Asking) -> None:
        """Tabs hear of the messages first, then of what is written into them."""
        await rpc.listen()
        async with database.in_order(comparison.pk):
            sent = await database.run(carry_out, comparison, command, caller_of(self.scope, comparison))
            for frame in sent.frames:
                await announce(comparison.pk, frame)
        for prompt in sent.prompts:
            generation.begin(prompt)
        # By the way its messages took, so that the tab has them when it hears that they were said.
        acknowledged = protocol.Acknowledged(id=command.id).model_dump_json()
        await self.channel_layer.send(self.channel_name, {"type": "frame", "text": acknowledged})

    async def stop(self, comparison: Comparison, command: protocol.Stop) -> None:
        await control.stop(await database.run(running_in, comparison, command.lane))
        self.push(protocol.Acknowledged(id=command.id))

    # To the tab

    def push(self, frame: protocol.Frame) -> None:
        self.outbox.put(frame.model_dump_json())

    def refuse(self, refusal: Refusal, command_id: uuid.UUID | None = None) -> None:
        self.push(protocol.Refused(id=command_id, code=refusal.code, message=refusal.message))

    async def roll_call(self, request: dict[str, Any]) -> None:
        await rpc.reply(request, "here")

    async def frame(self, event: dict[str, Any]) -> None:
        """From the channel layer: a frame as JSON."""
        if self.is_gone:
            return
        if time.monotonic() > self.believed_until:
            self.believed_until = time.monotonic() + BELIEF
            await self.look_again(event)
        self.outbox.put(event["text"])

    async def look_again(self, _event: dict[str, Any]) -> None:
        """Beside the frames, which wait for no database: who was put out or signed out reads on for a moment only."""
        self.begin_task(self.leave_unless_seen())

    async def leave_unless_seen(self) -> None:
        with suppress(Error):
            if await self.comparison() is None:
                self.let_go(NOT_FOUND)

    def let_go(self, code: int = TOO_SLOW) -> None:
        if not self.is_gone:
            self.is_gone = True
            self.begin_task(self.close(code))
