"""A refused request, asked of the application itself."""

from __future__ import annotations

from typing import Any

import httpx2

from config.asgi import application

CHAT = "/chat/completions"
HELLO: dict[str, Any] = {"model": "no/model", "messages": [{"role": "user", "content": "Hello"}]}


async def answer(method: str, path: str, *, key: str = "", headers: Any = None, **more: Any) -> httpx2.Response:
    transport = httpx2.ASGITransport(application, raise_app_exceptions=False)
    own = {"authorization": f"Bearer {key}"} if key else {}
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver/v1") as client:
        return await client.request(method, path, headers={**own, **(headers or {})}, **more)


async def ask(method: str, path: str, **more: Any) -> tuple[int, dict[str, Any]]:
    """Its status and its error, which has all its members."""
    refused = await answer(method, path, **more)
    error: dict[str, Any] = refused.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert all(value is None or isinstance(value, str) for value in error.values())
    assert refused.headers["x-request-id"]
    return refused.status_code, error
