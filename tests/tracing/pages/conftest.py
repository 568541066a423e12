"""A project with calls, as its people's pages show them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Project, User
from tests.tracing.pages.evaluating import Evaluating
from tracing import recording
from tracing.call_shapes import Complete, Start
from tracing.visits import Space

BEGAN = datetime(2026, 11, 23, 9, tzinfo=UTC)
WEAVE = "/alice/playground/weave"

Log = Callable[..., str]


@pytest.fixture
def space(project: Project, alice: User) -> Space:
    return Space(project.pk, project.path, alice.pk)


@pytest.fixture
def log(space: Space) -> Log:
    """`log("id", op_name="ask", inputs={…})` writes a call that took a second; `running`: it has no end."""

    def write(call_id: str, *, running: bool = False, seconds: float = 1, **said: Any) -> str:
        began = said.pop("started_at", BEGAN)
        begun: dict[str, Any] = {
            "project_id": space.path,
            "id": call_id,
            "op_name": "ask",
            "started_at": began,
            "attributes": {},
            "inputs": {"question": "?"},
        }
        if running:
            recording.record(space, starts=[Start(**begun | said)])
        else:
            ended = {"ended_at": began + timedelta(seconds=seconds), "output": "!", "summary": {}}
            recording.record(space, completes=[Complete(**begun | ended | said)])
        return call_id

    return write


@pytest.fixture
def evaluating(space: Space, alice: User) -> Evaluating:
    return Evaluating(space, alice)
