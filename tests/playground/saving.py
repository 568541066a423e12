"""What tests of saved models do, in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Project, User
from playground.models import Lane
from tracing import publishing
from tracing.models import Object
from tracing.pages.spaces import Visitor
from tracing.visits import Space

NAME = "alice/playground/support-bot"
SCHEMA = {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}}
SETTINGS = {
    "temperature": 0.2,
    "stop": ["END"],
    "seed": 7,
    "tools": [{"type": "function", "function": {"name": "get_weather"}}],
    "response_format": SCHEMA,
}


@pytest.fixture
def set_up(lane: Lane) -> Lane:
    Lane.objects.filter(pk=lane.pk).update(settings=SETTINGS, system_prompt="Be brief.")
    return Lane.objects.get(pk=lane.pk)


def at(lane: Lane, verb: str) -> str:
    return f"/playground/lanes/{lane.pk}/{verb}"


def save(client: Client, lane: Lane, name: str = "support-bot", **more: Any) -> Any:
    return client.post(at(lane, "save"), {"name": name, **more})


def change(client: Client, lane: Lane, **settings: Any) -> None:
    Lane.objects.filter(pk=lane.pk).update(settings=settings)


def publish(project: Project, user: User, value: Any, name: str = "from-python") -> Object:
    return publishing.publish(Visitor(user), Space(project.pk, project.path, user.pk), name, value, None)


def versions(name: str = "support-bot") -> list[tuple[int, bool]]:
    return [(one.version, one.deleted_at is None) for one in Object.objects.filter(object_id=name).order_by("version")]


def head(client: Client, lane: Lane) -> str:
    page = client.get(f"/playground/{lane.comparison_id}").content.decode()
    return page.partition(f'data-lane="{lane.letter}"')[2].partition("</header>")[0]
