"""Whether an answer is the JSON it was asked to be is said below it, with the first violation's path."""

from __future__ import annotations

import asyncio
import html
import json
import re
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from playground import checker, structure
from playground.models import Answer, Comparison, Lane
from playground.structure import judge
from tests.playground.conftest import OpenTab

pytestmark = pytest.mark.django_db(transaction=True)

ITEM = {"type": "object", "properties": {"price": {"type": "number"}}, "required": ["price"]}
SCHEMA = {"type": "object", "properties": {"items": {"type": "array", "items": ITEM}}, "required": ["items"]}
WANTED = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}


async def ask(open_tab: OpenTab, lane: Lane, wanted: Any, **drill: Any) -> tuple[Answer, list[str]]:
    """The answer, and the HTML that was told: while it ran, and at its end."""
    settings = {"response_format": wanted} | ({"simulate": drill} if drill else {})
    await Lane.objects.filter(pk=lane.pk).aupdate(settings=settings)
    tab = await open_tab()
    await tab.send("A list of things, please.", lanes=["A"])
    await tab.until_ended()
    answer = await Answer.objects.select_related("message").aget()
    return answer, [frame["html"] for frame in tab.frames if frame.get("type") in ("messages", "ended")]


async def test_a_schema_arrives_and_its_answer_matches(open_tab: OpenTab, lane: Lane) -> None:
    answer, (while_it_ran, at_its_end) = await ask(open_tab, lane, WANTED)
    assert answer.request is not None
    assert answer.request["body"]["response_format"] == WANTED
    assert "items" in json.loads(answer.message.text)
    assert 'data-structure="growing"' in while_it_ran
    assert "Matches the schema" in at_its_end


async def test_the_first_violation_is_named_with_its_path(open_tab: OpenTab, lane: Lane) -> None:
    text = json.dumps({"items": [{"price": 1}, {"price": "dear"}]})
    answer, told = await ask(open_tab, lane, WANTED, echo=text)
    assert answer.structure is not None
    assert (answer.structure["state"], answer.structure["path"]) == ("invalid", "$.items[1].price")
    assert 'data-path="$.items[1].price"' in told[-1]
    assert "Does not match the schema" in told[-1]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("[1, 2]", "valid"),
        ('{"a": 1', "cut_off"),
        ('{"a": "unfinis', "cut_off"),
        ("Here you are: {}", "not_json"),
        ("{a: 1}", "not_json"),
        ("NaN", "not_json"),
    ],
)
async def test_plain_json_is_looked_at_too(open_tab: OpenTab, lane: Lane, text: str, state: str) -> None:
    answer, _ = await ask(open_tab, lane, {"type": "json_object"}, echo=text)
    assert answer.structure is not None
    assert answer.structure["state"] == state


async def test_what_should_be_json_is_shown_as_it_was_written(
    open_tab: OpenTab, lane: Lane, alice_client: Client, comparison: Comparison
) -> None:
    await ask(open_tab, lane, {"type": "json_object"}, echo='{"a": "*b* <i>"}\n~~~\n')
    page = (await sync_to_async(alice_client.get)(comparison.get_absolute_url())).content.decode()
    shown = html.unescape(re.sub("<[^>]*>", "", page.partition(" data-literal>")[2].partition("</div>")[0]))
    assert shown.rstrip() == '{"a": "*b* <i>"}\n~~~'


async def test_nothing_is_said_where_text_was_asked_for(open_tab: OpenTab, lane: Lane) -> None:
    answer, told = await ask(open_tab, lane, {"type": "text"}, echo="{}")
    assert answer.structure is None
    assert "data-structure" not in "".join(told)


async def test_a_running_answer_brings_its_schema_unless_it_is_long(open_tab: OpenTab, lane: Lane) -> None:
    _, (while_it_ran, at_its_end) = await ask(open_tab, lane, WANTED)
    brought = re.search('data-schema="([^"]*)" hidden', while_it_ran)
    assert brought is not None
    assert json.loads(html.unescape(brought[1])) == SCHEMA
    assert "data-schema" not in at_its_end
    assert structure.watched_schema(asking({"description": "x" * structure.LONGEST_WATCHED})) == ""


def test_of_several_violations_the_first_in_the_text_is_told() -> None:
    schema = {
        "required": ["none"],
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "additionalProperties": False,
    }
    assert verdict(schema, '{"b": [1], "a": 2}')["path"] == "$.b"
    assert (
        verdict(schema, '{"c": 0, "b": [1]}')["message"] == "Additional properties are not allowed ('c' was unexpected)"
    )
    assert verdict(schema, '{"a": "2"}')["message"] == "'none' is a required property"
    assert verdict({"maxItems": 1, "items": {"type": "null"}}, "[null, 2, 3]")["path"] == "$"
    assert verdict({"maxItems": 1, "items": {"type": "null"}}, "[2, 3]")["path"] == "$[0]"


def asking(schema: Any) -> dict[str, Any]:
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}}


def verdict(schema: Any, text: str) -> dict[str, Any]:
    found = judge(asking(schema), text)
    assert found is not None
    return found


def test_a_pattern_that_takes_for_ever_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "PATIENCE", 1.0)
    slow = verdict({"type": "string", "pattern": "^(a+)+$"}, json.dumps("a" * 60 + "!"))
    assert (slow["state"], slow["message"]) == ("unchecked", "Checking it against the schema takes too long.")
    monkeypatch.undo()
    assert verdict({"type": "string"}, '"quick"')["state"] == "valid"


async def test_an_answer_does_not_wait_for_ever_for_others_that_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structure, "LONGEST_WAIT", 0.2)
    slow, quick = ({"type": "string", "pattern": pattern} for pattern in ("^(a+)+$", "^b$"))
    monkeypatch.setattr(checker, "PATIENCE", 1.0)
    first = asyncio.create_task(structure.judged(asking(slow), json.dumps("a" * 60 + "!")))
    await asyncio.sleep(0.05)
    waited = await structure.judged(asking(quick), '"b"')
    assert waited is not None
    assert (waited["state"], waited["message"]) == ("unchecked", "Too much else is checked at the moment.")
    await first


@pytest.mark.parametrize(
    "schema", [{"$ref": "https://elsewhere.example/schema"}, {"pattern": "\\p{L}"}, {"$ref": "#"}, {"$ref": "#/no"}]
)
def test_a_schema_that_cannot_be_used_is_said_to_be_unchecked(schema: Any) -> None:
    assert verdict(schema, '"text"')["state"] == "unchecked"
