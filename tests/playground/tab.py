"""A tab without a browser: it speaks the comparison's socket and assembles what it is told, as the page does."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import Sequence
from typing import Any, Protocol, Self

from channels.testing import WebsocketCommunicator
from django.test import Client

from config.asgi import application
from playground.models import Comparison

MESSAGE = re.compile(r'data-message="([0-9a-f-]+)" data-role="(\w+)"')
TRIAL = re.compile(r'data-message="([0-9a-f-]+)" data-role="assistant" data-turn="[0-9a-f-]*" data-trial="(\d+)"')
ANSWER = re.compile(r'data-answer="(\w+)" data-answer-id="([0-9a-f-]+)" data-answer-state="(\w+)"')


class Line(Protocol):
    async def send(self, text: str) -> None: ...

    async def receive(self, patience: float) -> str: ...

    async def close(self) -> None: ...


class InProcess:
    """A line to the application in this very process."""

    def __init__(self, communicator: WebsocketCommunicator) -> None:
        self.communicator = communicator

    @classmethod
    async def open(
        cls, client: Client, comparison: Comparison, origin: bytes = b"http://testserver", address: str = "127.0.0.1"
    ) -> Self:
        cookie = f"sessionid={client.cookies['sessionid'].value}".encode()
        headers = [(b"cookie", cookie), (b"origin", origin), (b"host", b"testserver")]
        path = f"/ws/playground/{comparison.pk}"
        communicator = WebsocketCommunicator(application, path, headers=headers)
        communicator.scope["client"] = (address, 1234)
        accepted, _ = await communicator.connect(timeout=20)
        assert accepted
        return cls(communicator)

    async def send(self, text: str) -> None:
        await self.communicator.send_to(text_data=text)

    async def receive(self, patience: float) -> str:
        event = await self.communicator.receive_output(timeout=patience)
        if event["type"] == "websocket.close":
            raise ConnectionError(event["code"])
        text: str = event["text"]
        return text

    async def close(self) -> None:
        await self.communicator.disconnect()


class Tab:
    def __init__(self, line: Line) -> None:
        self.line = line
        self.frames: list[dict[str, Any]] = []
        self.revisions: dict[str, int] = {}
        #: By the address of its deltas, which is its lane's letter and, of further trials, their number: the answer.
        #: Of each answer: its last delta, text, reasoning; and the state it ended in.
        self.lanes: dict[str, str] = {}
        self.seq: dict[str, int] = {}
        self.text: dict[str, str] = {}
        self.reasoning: dict[str, str] = {}
        #: Of functions: name and arguments.
        self.calls: dict[str, list[list[str]]] = {}
        self.ended: dict[str, str] = {}
        #: Answers that were shown as the server has them, because their end was not watched.
        self.shown: set[str] = set()
        #: By lane, what it was told to go on with.
        self.chosen: dict[str, str] = {}
        self.gaps = 0

    @classmethod
    async def open(cls, client: Client, comparison: Comparison, **line: Any) -> Self:
        tab = cls(await InProcess.open(client, comparison, **line))
        await tab.resume()
        return tab

    @property
    def running(self) -> dict[str, str]:
        """Address → answer."""
        return {address: answer for address, answer in self.lanes.items() if answer not in self.ended}

    async def resume(self) -> None:
        await self.tell(type="resume", lanes=self.revisions or None)
        await self.until(lambda frame: frame.get("type") == "resumed")

    async def tell(self, **frame: Any) -> None:
        await self.line.send(json.dumps(frame))

    async def ask(self, **command: Any) -> dict[str, Any]:
        """The frame that answers the command."""
        number = command.setdefault("id", str(uuid.uuid4()))
        await self.tell(**command)
        return await self.until(lambda frame: frame.get("type") in ("ack", "error") and frame["id"] == number)

    async def send(self, text: str, **rest: Any) -> dict[str, Any]:
        return await self.ask(type="send", text=text, **rest)

    async def until(self, wanted: Any, patience: float = 20) -> dict[str, Any]:
        async with asyncio.timeout(patience):
            while True:
                frame = await self.hear(patience)
                if wanted(frame):
                    return frame

    async def until_ended(self, patience: float = 20) -> None:
        async with asyncio.timeout(patience):
            while self.running:
                await self.hear(patience)

    async def hear(self, patience: float = 20) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(await self.line.receive(patience))
        self.frames.append(frame)
        if "d" in frame:
            for delta in frame["d"]:
                await self._delta(*delta)
        elif take := getattr(self, f"_{frame['type'].replace('-', '_')}", None):
            await take(frame)
        return frame

    async def _delta(self, address: str, seq: int, text: str, reasoning: str = "", calls: Sequence[Any] = ()) -> None:
        answer = self.running.get(address)
        if answer is None or seq > self.seq[answer] + 1:
            await self._missing()
        elif seq == self.seq[answer] + 1:
            self.seq[answer] = seq
            self.text[answer] += text
            self.reasoning[answer] += reasoning
            self._add_calls(self.calls[answer], calls)

    @staticmethod
    def _add_calls(known: list[list[str]], calls: Sequence[Any]) -> None:
        for place, name, arguments in calls:
            known += [["", ""]] * (place == len(known))
            known[place] = [known[place][0] + name, known[place][1] + arguments]

    async def _missing(self) -> None:
        self.gaps += 1
        await self.tell(type="resume", lanes=self.revisions or None)

    async def _messages(self, frame: dict[str, Any]) -> None:
        if frame["revision"] > self.revisions[frame["lane"]] + 1:
            await self._missing()
        elif frame["revision"] == self.revisions[frame["lane"]] + 1:
            self._shown(frame)

    async def _lane(self, frame: dict[str, Any]) -> None:
        if frame["revision"] >= self.revisions.get(frame["lane"], 0):
            self._shown(frame)

    async def _lane_head(self, frame: dict[str, Any]) -> None:
        if frame["revision"] > self.revisions.get(frame["lane"], 0) + 1:
            await self._missing()
        else:
            self.revisions[frame["lane"]] = max(frame["revision"], self.revisions.get(frame["lane"], 0))

    def _shown(self, frame: dict[str, Any]) -> None:
        self.revisions[frame["lane"]] = frame["revision"]
        numbers = dict(TRIAL.findall(frame["html"]))
        for latest, answer, state in ANSWER.findall(frame["html"]):
            number = numbers.get(answer, "1")
            address = frame["lane"] + (number if number != "1" else "")
            if state in ("queued", "connecting", "thinking", "streaming"):
                self.lanes[address] = answer
                self.seq.setdefault(answer, 0)
                self.text.setdefault(answer, "")
                self.reasoning.setdefault(answer, "")
                self.calls.setdefault(answer, [])
            elif latest == "latest" or self.lanes.get(address) == answer:
                self.lanes[address] = answer
                self.shown |= {answer} - set(self.ended)
                self.ended.setdefault(answer, state)

    async def _chosen(self, frame: dict[str, Any]) -> None:
        if frame["revision"] > self.revisions[frame["lane"]] + 1:
            await self._missing()
        elif frame["revision"] == self.revisions[frame["lane"]] + 1:
            self.revisions[frame["lane"]] = frame["revision"]
            self.chosen[frame["lane"]] = frame["message"]

    async def _snapshot(self, frame: dict[str, Any]) -> None:
        answer = frame["answer"]
        if frame["seq"] >= self.seq.get(answer, 0):
            self.seq[answer], self.text[answer], self.reasoning[answer] = (
                frame["seq"],
                frame["text"],
                frame["reasoning"],
            )
            self.calls[answer] = frame["calls"]

    async def _ended(self, frame: dict[str, Any]) -> None:
        answer = frame["answer"]
        if frame["revision"] <= self.revisions.get(frame["lane"], frame["revision"]):
            # Known already, or told to a tab that is only asking what there is.
            return
        if frame["revision"] > self.revisions[frame["lane"]] + 1 or frame["seq"] != self.seq.get(answer):
            await self._missing()
            return
        self.revisions[frame["lane"]] = frame["revision"]
        self.ended[answer] = frame["state"]
