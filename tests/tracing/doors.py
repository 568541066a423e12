"""The trace server of this process, as programs knock at it."""

from __future__ import annotations

from typing import Any

import httpx2

from accounts.models import ApiKey, User
from tracing.app import application


def key_of(user: User) -> str:
    return ApiKey.objects.issue(user=user, project=None, label="test")[1]


async def post(path: str, key: str, body: Any = None, **sent: Any) -> httpx2.Response:
    transport = httpx2.ASGITransport(application, raise_app_exceptions=False)
    headers = {"authorization": f"Bearer {key}", **sent.pop("headers", {})}
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver", headers=headers) as client:
        if body is not None:
            sent["json"] = body
        return await client.request(sent.pop("method", "POST"), path, **sent)


NOW = "2026-11-23T09:00:00.000001Z"
LATER = "2026-11-23T12:00:00.500001Z"
PROJECT = "alice/playground"


def start(**said: Any) -> dict[str, Any]:
    whole = {
        "project_id": PROJECT,
        "id": "one",
        "trace_id": "trace",
        "op_name": "ask",
        "started_at": NOW,
        "attributes": {},
        "inputs": {"question": "?"},
    }
    return whole | said


def end(**said: Any) -> dict[str, Any]:
    return {"project_id": PROJECT, "id": "one", "ended_at": LATER, "output": "!", "summary": {}} | said


def complete(**said: Any) -> dict[str, Any]:
    return start() | end() | said


async def read(key: str, **asked: Any) -> list[dict[str, Any]]:
    answer = await post("/traces/calls/stream_query", key, {"project_id": PROJECT, **asked})
    assert answer.status_code == 200, answer.text
    return [json_of(line) for line in answer.text.splitlines()]


def json_of(line: str) -> Any:
    return httpx2.Response(200, text=line).json()
