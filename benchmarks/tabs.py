"""A signed-in person's way to a comparison with so many lanes, over HTTP as a browser goes it."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Self

import aiohttp

from benchmarks.stage import Stage

MODELS = (
    "meta-llama/Llama-3.1-8B-Instruct",
    "meta-llama/Llama-3.3-70B-Instruct",
    "meta-llama/Llama-4-Scout-17B-16E-Instruct",
    "microsoft/Phi-4-mini-instruct",
    "deepseek-ai/DeepSeek-V3-0324",
)


class Person:
    def __init__(self, made: Stage) -> None:
        self.url = made.lineup.url
        self.link = made.lineup.sign_in_link()
        # The jar has to be told that an address of digits may set cookies too.
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def __aenter__(self) -> Self:
        await self.session.get(self.link)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()

    async def comparison(self, lanes: int) -> str:
        """The id of a new one; each model as often as it takes."""
        models = [MODELS[at % len(MODELS)] for at in range(lanes)]
        page = await self.session.get(f"{self.url}/playground", params={"models": models[0]})
        found = re.search(r"/playground/([0-9a-f-]{36})", str(page.url))
        assert found, f"{page.url} is no comparison"
        for model in models[1:]:
            await self._post(f"/playground/{found[1]}/lanes", model=model)
        return found[1]

    async def prepare(self, lane: str, *, is_traced: bool) -> None:
        """Empties the lane, so that all its histories are as long as each other."""
        await self._post(f"/playground/lanes/{lane}/clear")
        await self._post(f"/playground/lanes/{lane}/settings", **({"is_traced": "on"} if is_traced else {}))

    def socket(self, comparison: str) -> aiohttp.client._WSRequestContextManager:
        return self.session.ws_connect(f"{self.url}/ws/playground/{comparison}", origin=self.url, max_msg_size=0)

    async def _post(self, path: str, **data: str) -> None:
        cookies = {cookie.key: cookie.value for cookie in self.session.cookie_jar}
        headers = {"X-CSRFToken": cookies.get("csrftoken", ""), "Origin": self.url, "HX-Request": "true"}
        async with self.session.post(self.url + path, data=data, headers=headers) as answer:
            assert answer.ok, f"{path} answered {answer.status}"
