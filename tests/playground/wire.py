"""A line to a served Lineup, over a real WebSocket."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Self

import aiohttp

from tests.playground.tab import Tab
from tests.serving import Served


class OverTheWire:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, text: str) -> None:
        await self.socket.send_str(text)

    async def receive(self, patience: float) -> str:
        message = await self.socket.receive(timeout=patience)
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise ConnectionError(message.extra)
        text: str = message.data
        return text

    async def close(self) -> None:
        await self.socket.close()


class Visitor:
    """The local admin with a browser's cookies, at one or more processes of the same Lineup."""

    def __init__(self) -> None:
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.http.close()

    async def sign_in(self, served: Served) -> None:
        async with self.http.get(await asyncio.to_thread(served.sign_in_link)) as page:
            page.raise_for_status()

    async def compare(self, served: Served, *models: str) -> str:
        """The path of a new comparison."""
        async with self.http.get(served.url + "/playground", params={"models": ",".join(models)}) as page:
            page.raise_for_status()
            return page.url.path

    async def read(self, served: Served, path: str) -> str:
        async with self.http.get(served.url + path) as page:
            page.raise_for_status()
            return await page.text()

    async def post(self, served: Served, path: str, **data: str) -> int:
        """As htmx does it; returns the status."""
        token = next((cookie.value for cookie in self.http.cookie_jar if cookie.key == "csrftoken"), "")
        headers = {"x-csrftoken": token, "origin": served.url, "hx-request": "true"}
        async with self.http.post(served.url + path, data=data, headers=headers) as answer:
            return answer.status

    async def tab(self, served: Served, comparison: str) -> Tab:
        tab = await self.silent_tab(served, comparison)
        await tab.resume()
        return tab

    async def silent_tab(self, served: Served, comparison: str) -> Tab:
        """It has asked for nothing, and takes no more than fits its line's small buffer as long as nobody receives."""
        origin = {"origin": served.url}
        socket = await self.http.ws_connect(served.url + "/ws" + comparison, headers=origin, max_msg_size=0)
        return Tab(OverTheWire(socket))


def errors_of(served: Served) -> list[dict[str, Any]]:
    rows = served.store.query("SELECT error FROM playground_answer WHERE error IS NOT NULL")
    return [json.loads(error) if isinstance(error, str) else error for (error,) in rows]
