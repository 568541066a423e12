"""An upstream in a thread of its own that does what a test writes down, for a Lineup served by another process."""

from __future__ import annotations

import asyncio
import json
import threading

from tests.completions.scripted import Act, Asked, Scripted, event

FINISH = event(b'{"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}')
USAGE = event(b'{"id":"x","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}')
DONE = event(b"[DONE]")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def word(text: str) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    return event(json.dumps({"id": "x", "choices": [choice]}, ensure_ascii=False).encode())


WORDS = word("one ") + word("two ") + word("three")


def sends(*parts: bytes | float, closes: bool = True) -> Act:
    """Bytes as they are, and seconds of silence between them."""

    async def act(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            if isinstance(part, bytes):
                writer.write(part)
                await writer.drain()
            else:
                await asyncio.sleep(part)
        if closes:
            writer.close()

    return act


class Upstream:
    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._scripted = Scripted()
        #: Set when who asked closes the connection in the midst of an answer.
        self.was_left = threading.Event()
        self._scripted.on_leaving = self.was_left.set
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Upstream:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._scripted.__aenter__(), self._loop).result()
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._scripted.__aexit__(None, None, None), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def base_url(self) -> str:
        return self._scripted.base_url

    def does(self, *acts: Act) -> None:
        """From now on, in turn."""
        self._scripted.requests.clear()
        self.was_left.clear()
        self._scripted.acts = acts

    @property
    def asked(self) -> list[Asked]:
        """Since then."""
        return self._scripted.requests
