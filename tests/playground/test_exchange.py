"""Comparisons leave as files and come back; a file that is not as it has to be does nothing at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Project, User
from inference_catalog.models import Model
from playground import portable
from playground.exporting import as_json
from playground.importing import import_file
from playground.models import Answer, Comparison, Lane, Message


@pytest.fixture
def exported(alice_client: Client, comparison: Comparison, lane: Lane) -> dict[str, Any]:
    Comparison.objects.update(title="Moon")
    Lane.objects.filter(pk=lane.pk).update(settings={"temperature": 0.0, "stop": ["a", "b"]}, system_prompt="Be short.")
    Message.objects.create(lane=lane, role="user", text="Is it <cheese>?")
    answers: list[dict[str, Any]] = [
        {
            "state": "done",
            "prompt_tokens": 9,
            "completion_tokens": 4,
            "certainty": "reported",
            "cost": 10**9,
            "ttft_ms": 420,
        },
        {"state": "failed", "error": {"code": "broken_off", "who": "provider", "message": "It broke off."}},
    ]
    for fields in answers:
        message = Message.objects.create(lane=lane, role="assistant", text="No.")
        Answer.objects.create(message=message, lane=lane, model=lane.model.model_id, reasoning="Hm\nwell", **fields)
    response = alice_client.get(f"/playground/{comparison.pk}/export.json")
    assert response.headers["Content-Disposition"] == 'attachment; filename="moon.json"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    read: dict[str, Any] = json.loads(response.content)
    return read


def upload(client: Client, content: Any) -> Any:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return client.post("/playground/import", {"file": SimpleUploadedFile("comparison.json", data)})


def test_an_export_is_complete(exported: dict[str, Any]) -> None:
    lane = exported["lanes"][0]
    assert (lane["letter"], lane["system_prompt"]) == ("A", "Be short.")
    assert lane["settings"] == {"temperature": 0.0, "stop": ["a", "b"]}
    asked, answered, failed = lane["messages"]
    assert (asked["role"], asked["text"], asked["answer"]) == ("user", "Is it <cheese>?", None)
    assert answered["answer"]["usage"]["prompt_tokens"] == 9
    assert (answered["answer"]["cost_pico_usd"], answered["answer"]["ttft_ms"]) == (10**9, 420)
    assert answered["answer"]["reasoning"] == "Hm\nwell"
    assert failed["answer"]["error"]["message"] == "It broke off."


def test_what_was_exported_is_imported_as_one_s_own(
    bob_client: Client, bob: User, exported: dict[str, Any], comparison: Comparison
) -> None:
    response = upload(bob_client, exported)
    copy = Comparison.objects.exclude(pk=comparison.pk).get()
    assert response.headers["location"] == copy.get_absolute_url()
    assert copy.created_by == bob
    again = json.loads(bob_client.get(f"/playground/{copy.pk}/export.json").content)
    assert again == exported | {"title": "Moon (imported)"}
    page = bob_client.get(copy.get_absolute_url()).content.decode()
    assert "It broke off." in page
    assert "<cheese>" not in page


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Moon", "Moon (imported)"), ("Moon (imported)", "Moon (imported)"), ("", "New comparison"),
        ("x" * 120, f"{'x' * 109} (imported)"),
    ],
)  # fmt: skip
def test_what_is_imported_says_so_in_its_title(
    alice_client: Client, exported: dict[str, Any], title: str, named: str
) -> None:
    address = upload(alice_client, exported | {"title": title}).headers["location"]
    assert str(Comparison.objects.get(pk=address.rpartition("/")[2])) == named


def test_markdown_is_there_to_be_read(alice_client: Client, exported: dict[str, Any], comparison: Comparison) -> None:
    text = alice_client.get(f"/playground/{comparison.pk}/export.md").content.decode()
    assert text.startswith("# Moon\n\n## Lane A: ")
    for line in ("- temperature: `0.0`", "### User", "Is it <cheese>?", "> Hm", "**Failed:** It broke off."):
        assert f"\n{line}\n" in text
    assert "TTFT 0.42 s · 9 tokens in, 4 out · $0.0010" in text


def test_a_model_that_there_is_not_is_stood_in_for(alice_client: Client, exported: dict[str, Any]) -> None:
    exported["lanes"][0]["model"] = "elsewhere/private"
    page = alice_client.get(upload(alice_client, exported).headers["location"]).content.decode()
    assert "There is no model called “elsewhere/private” here" in page


CALL = {"id": "a", "name": "f", "arguments": "{}"}
BAD: list[tuple[str, Any, str]] = [
    ("version", 2, "version: The file is of version 2; this Lineup reads version 1."),
    ("version", True, "version"),
    ("format", "something", "format: This is not a comparison"),
    ("title", "x" * 121, "title: "),
    ("title", "a\0b", "title: "),
    ("created_at", "yesterday", "created_at: "),
    ("created_at", "9999-12-31T23:59:59-23:59", "created_at: "),
    ("owner", "alice", "owner: "),
    ("lanes", [], "lanes: "),
    ("lanes.0.letter", "Z", "lanes[0].letter: "),
    ("lanes.1.letter", "A", "lanes: Two lanes have the same letter."),
    ("lanes.0.is_traced", "yes", "lanes[0].is_traced: "),
    ("lanes.0.settings.temperature", 3, "lanes[0].settings.temperature: "),
    ("lanes.0.settings.temperature", 10**400, "lanes[0].settings: "),
    ("images", {f"{number:064x}": "" for number in range(201)}, "images: "),
    ("lanes.0.settings.temperature", "0.5", "lanes[0].settings.temperature: "),
    ("lanes.0.settings.temperature", True, "lanes[0].settings.temperature: "),
    ("lanes.0.settings.stop", 5, "lanes[0].settings"),
    ("lanes.0.settings.stop", ["a\nb"], "lanes[0].settings.stop: "),
    ("lanes.0.settings.stop", ["a"] * 5, "lanes[0].settings.stop: "),
    # It is the lane's own, beside its settings.
    ("lanes.0.settings.system_prompt", "Be short.", "lanes[0].settings.system_prompt: "),
    ("lanes.0.settings.simulate", {"status": 500}, "lanes[0].settings.simulate: "),
    ("lanes.0.system_prompt", "x" * 100_001, "lanes[0].system_prompt: "),
    ("lanes.0.messages.0.role", "tool", "lanes[0].messages[0].role: "),
    ("lanes.0.messages.0.text", 5, "lanes[0].messages[0].text: "),
    ("lanes.0.messages.1.answer.state", "streaming", "lanes[0].messages[1].answer.state: "),
    ("lanes.0.messages.1.answer.cost_pico_usd", 2**63, "lanes[0].messages[1].answer.cost_pico_usd: "),
    ("lanes.0.messages.1.answer.usage.prompt_tokens", -1, "lanes[0].messages[1].answer.usage.prompt_tokens: "),
    ("lanes.0.messages.1.answer.trace_id", "0", "lanes[0].messages[1].answer.trace_id: "),
    ("lanes.0.messages.2.answer.error.who", "them", "lanes[0].messages[2].answer.error.who: "),
    ("lanes.0.messages.1.role", "user", "lanes[0].messages[1]: "),
    ("lanes.0.messages.0.tool_calls", [CALL], "lanes[0].messages[0]: "),
    ("lanes.0.messages.1.tool_calls", [CALL, CALL], "lanes[0].messages[1]: "),
    ("lanes.0.messages.1.tool_calls", [{**CALL, "id": ""}], "lanes[0].messages[1].tool_calls[0].id: "),
    ("lanes.0.messages.1.tool_calls", [{**CALL, "by": "magic"}], "lanes[0].messages[1].tool_calls[0].by: "),
    ("lanes.0.mocks", {"f": ""}, "lanes[0].mocks: "),
    ("lanes.0.mocks", [], "lanes[0].mocks: "),
]


@pytest.mark.parametrize(
    ("path", "value", "sentence"), BAD, ids=[f"{path}={str(value)[:20]}" for path, value, _ in BAD]
)
def test_every_field_is_checked_and_the_place_is_named(
    alice_client: Client, exported: dict[str, Any], path: str, value: Any, sentence: str
) -> None:
    *way, last = path.split(".")
    part: Any = exported
    for step in way:
        part = part[int(step)] if step.isdigit() else part[step]
    part[last] = value
    nothing_comes_of(alice_client, exported, sentence)


HOSTILE = {
    "nothing": b"",
    "no JSON": b"<html>",
    "no object": b"[1, 2]",
    "not UTF-8": b'{"format": "\xff\xfe"}',
    "half a character": b'{"format": "lineup-comparison", "version": 1, "title": "\\ud800"}',
    "nested deeply": b'{"format": ' + b"[" * 200_000,
    "a number without end": b'{"format": "lineup-comparison", "version": ' + b"9" * 100_000 + b"}",
    "many messages": json.dumps(
        {"format": portable.FORMAT, "version": 1, "lanes": [{"messages": [1] * 100_000}] * 8}
    ).encode(),
    "a script": b'{"format": "<script>alert(1)</script>", "version": 1}',
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_does_nothing(alice_client: Client, comparison: Comparison, content: bytes) -> None:
    page = nothing_comes_of(alice_client, content, "errorlist" if content else "empty")
    assert "<script>alert" not in page


def nothing_comes_of(client: Client, content: Any, sentence: str) -> str:
    before = [model.objects.count() for model in (Comparison, Lane, Message, Answer)]
    response = upload(client, content)
    page: str = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert [model.objects.count() for model in (Comparison, Lane, Message, Answer)] == before
    return page


def test_a_file_that_is_too_large_is_not_read(
    alice_client: Client, exported: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portable, "MOST_BYTES", 1_000_000)
    nothing_comes_of(alice_client, b" " * 1_000_001, "The file has more than 1 MB.")


def test_the_import_has_a_page(alice_client: Client) -> None:
    assert 'type="file"' in alice_client.get("/playground/import").content.decode()
    assert "required" in alice_client.post("/playground/import").content.decode()


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
MOMENT = st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  made aware
COUNT = st.none() | st.integers(0, 2**31 - 1)
LANE_SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.floats(0, 2),
        "top_p": st.floats(0, 1),
        "max_tokens": st.integers(1, 10_000_000),
        "frequency_penalty": st.floats(-2, 2),
        "seed": st.integers(-(2**63), 2**63 - 1),
        "stop": st.lists(st.text("abc .#", min_size=1, max_size=5), min_size=1, max_size=4),
    },
)
ANSWERS = st.builds(
    portable.Answer,
    model=TEXT,
    provider=TEXT,
    is_simulated=st.booleans(),
    reasoning=TEXT,
    finish_reason=st.sampled_from(["", "stop", "length"]),
    error=st.none() | st.builds(portable.Error, code=TEXT, message=TEXT),
    usage=st.builds(portable.Usage, prompt_tokens=COUNT, completion_tokens=COUNT, reasoning_tokens=COUNT),
    cost_pico_usd=st.none() | st.integers(0, 2**63 - 1),
    ttft_ms=COUNT,
    thinking_ms=COUNT,
    duration_ms=COUNT,
    started_at=MOMENT,
    ended_at=st.none() | MOMENT,
    structure=st.none() | st.builds(portable.Structure, path=TEXT, message=TEXT),
)
CALLS = st.lists(
    st.builds(
        portable.ToolCall,
        id=TEXT.filter(bool),
        name=TEXT,
        arguments=TEXT,
        result=st.none() | TEXT,
        by=st.sampled_from(["", "person", "mock"]),
        is_cut=st.booleans(),
    ),
    max_size=3,
    unique_by=lambda call: call.id,
)
MOCKS = st.dictionaries(TEXT.filter(bool), TEXT.filter(bool) | st.integers(-9, 9) | st.lists(st.none()), max_size=3)
PLAIN = st.builds(portable.Message, text=TEXT, created_at=MOMENT, edited_at=st.none() | MOMENT, answer=st.none())
ANSWERED = st.builds(
    portable.Message,
    role=st.just("assistant"),
    text=TEXT,
    tool_calls=CALLS,
    created_at=MOMENT,
    edited_at=st.none(),
    answer=ANSWERS,
)
LANES = st.lists(
    st.builds(
        portable.Lane,
        letter=st.sampled_from("ABCDEFGH"),
        model=st.sampled_from(["meta-llama/Llama-3.1-8B-Instruct", "microsoft/Phi-4-mini-instruct"]),
        system_prompt=TEXT,
        is_traced=st.booleans(),
        mocks=MOCKS,
        is_mocked=st.booleans(),
        settings=LANE_SETTINGS,
        messages=st.lists(PLAIN | ANSWERED, max_size=6),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda lane: lane.letter,
).map(lambda lanes: sorted(lanes, key=lambda lane: lane.letter))
COMPARISONS = st.builds(
    portable.Portable,
    format=st.just("lineup-comparison"),
    version=st.just(1),
    title=TEXT,
    created_at=MOMENT,
    lanes=LANES,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(COMPARISONS)
def test_import_and_export_undo_each_other(
    alice: User, project: Project, models: list[Model], read: portable.Portable
) -> None:
    first = import_file(alice, project, read.model_dump_json().encode()).comparison
    exported = as_json(first)
    assert portable.read(exported.encode()) == read.model_copy(update={"title": first.title})
    again = import_file(alice, project, exported.encode()).comparison
    assert as_json(again) == exported
