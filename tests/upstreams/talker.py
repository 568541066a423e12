"""An upstream whose every answer is one of a kind, and which says no more of it than it is let."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

#: How it takes the next requests: to their end; silent, or after two words, until it is let go on; breaking off after
#: two words; with an error.
Mood = Literal["free", "mute", "halting", "broken", "refusing"]
WORDS = ("one ", "two ", "three ", "four")
HALT = 2


@dataclass(slots=True)
class Spoken:
    """What was said to one request, and to which prompt."""

    prompt: list[dict[str, Any]]
    model: str
    text: str = ""
    is_whole: bool = False
    is_over: bool = False


@dataclass
class Talker:
    mood: Mood = "free"
    #: By the request's id, which is the completion's.
    spoken: dict[str, Spoken] = field(default_factory=dict)
    base_url: str = ""
    _may_go_on: asyncio.Event = field(default_factory=asyncio.Event)

    def go_on(self) -> None:
        self._may_go_on.set()
        self._may_go_on = asyncio.Event()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Talker]:
        application = web.Application()
        application.router.add_post("/v1/chat/completions", self._answer)
        runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield self
        self.go_on()
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        spoken = Spoken(body["messages"], body["model"])
        self.spoken[request.headers["x-request-id"]] = spoken
        if self.mood == "refusing":
            spoken.is_over = True
            return web.json_response(
                {"error": {"message": "Not this one.", "type": "invalid_request_error"}}, status=400
            )
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            await self._say(response, spoken, f"answer {len(self.spoken)} ", self.mood, self._may_go_on)
        finally:
            spoken.is_over = True
        return response

    async def _say(
        self, response: web.StreamResponse, spoken: Spoken, name: str, mood: Mood, may_go_on: asyncio.Event
    ) -> None:
        for at, word in enumerate((name, *WORDS)):
            if (mood, at) in (("mute", 0), ("halting", HALT)):
                await may_go_on.wait()
            if (mood, at) == ("broken", HALT):
                return
            spoken.text += word
            await response.write(_event({"delta": {"content": word}, "finish_reason": None}))
            await asyncio.sleep(0)
        spoken.is_whole = True
        await response.write(_event({"delta": {}, "finish_reason": "stop"}) + b"data: [DONE]\n\n")


def _event(choice: dict[str, Any]) -> bytes:
    return b"data: %s\n\n" % json.dumps({"id": "x", "choices": [{"index": 0, **choice}]}).encode()
