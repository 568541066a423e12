"""A tab that is left alone: it listens, asks for what it lacks and repeats what was not answered, as the page does."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

from tests.playground.crowd.mirror import Frame, Mirror
from tests.playground.tab import Line
from tests.playground.wire import Visitor
from tests.serving import Served

#: Seconds: what is found lacking in the meantime is asked for when it is over.
RESUME_PAUSE = 0.05


class WatchedTab:
    def __init__(self, visitor: Visitor, served: Served, comparison: str) -> None:
        self.visitor, self.served, self.comparison = visitor, served, comparison
        self.mirror = Mirror("")
        self.heard: list[Frame] = []
        #: Commands without an answer, and who waits for it.
        self.unanswered: dict[str, tuple[Frame, asyncio.Future[Frame]]] = {}
        self.line: Line | None = None
        #: Lines that the tab has forgotten and the server has not.
        self.half_open: list[Line] = []
        #: How often its line was given up.
        self.lost = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_pausing = self._is_lacking = False

    @property
    def is_there(self) -> bool:
        return self.line is not None

    # Coming and going

    async def load(self) -> None:
        """What is on its way is lost, as by a reload."""
        await self.leave()
        for _, answer in self.unanswered.values():
            answer.set_result({"type": "lost"})
        self.unanswered.clear()
        self.mirror = Mirror.of(await self.visitor.read(self.served, self.comparison))
        await self.come_back()

    async def come_back(self) -> None:
        if self.line is None:
            self.line = (await self.visitor.silent_tab(self.served, self.comparison)).line
            self._begin(self._listen(self.line))
            await self._tell(self.mirror.known())
            for frame, _ in list(self.unanswered.values()):
                await self._tell(frame)

    async def leave(self) -> None:
        if self.line is not None:
            await self._forget().close()

    def vanish(self) -> None:
        """As a laptop that sleeps: the server hears nothing of it."""
        if self.line is not None:
            self.half_open.append(self._forget())

    def _forget(self) -> Line:
        line, self.line = self.line, None
        self.lost += 1
        assert line is not None
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        self._is_pausing = self._is_lacking = False
        return line

    async def close(self) -> None:
        await self.leave()
        for line in self.half_open:
            await line.close()

    # Commands

    async def ask(self, frame: Frame, *, times: int = 1) -> Frame:
        """Its answer, which may come after the tab went away and came back."""
        if frame["id"] not in self.unanswered:
            self.unanswered[frame["id"]] = frame, asyncio.get_running_loop().create_future()
        answer = self.unanswered[frame["id"]][1]
        for _ in range(times):
            await self._tell(frame)
        return await answer

    async def _tell(self, frame: Frame) -> None:
        if self.line is not None:
            await self.line.send(json.dumps(frame))

    # What it hears

    async def _listen(self, line: Line) -> None:
        while True:
            frame: Frame = json.loads(await line.receive(600))
            self.heard.append(frame)
            if frame.get("type") in ("ack", "error"):
                _, answer = self.unanswered.pop(str(frame["id"]), (frame, None))
                if answer is not None and not answer.done():
                    answer.set_result(frame)
            elif not self.mirror.take(frame):
                await self._resume()
            if self.mirror.wants_board:
                self.mirror.wants_board = False
                self._begin(self._fetch_board())

    async def _resume(self) -> None:
        self._is_lacking = True
        if not self._is_pausing:
            self._is_pausing = True
            self._begin(self._ask_while_lacking())

    async def _ask_while_lacking(self) -> None:
        while self._is_lacking:
            self._is_lacking = False
            await self._tell(self.mirror.known())
            await asyncio.sleep(RESUME_PAUSE)
        self._is_pausing = False

    async def _fetch_board(self) -> None:
        self.mirror.take_board(await self.visitor.read(self.served, f"{self.comparison}/board"))
        await self._resume()

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.heard.append({"type": "broken", "error": repr(error)})
            for _, answer in self.unanswered.values():
                answer.set_exception(error)


def new_id() -> str:
    return str(uuid.uuid4())
