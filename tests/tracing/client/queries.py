"""Calls are found by what is in them, sorted, paged and read in part."""

from __future__ import annotations

from typing import Any

import pytest
import weave
from weave.trace.weave_client import WeaveClient

from tests.tracing.client.reading import calls


@weave.op
def measure(name: str, size: float | None, more: dict[str, Any]) -> dict[str, Any]:
    if name == "bad":
        raise RuntimeError(name)
    return {"size": size, "length": len(name)}


@weave.op
def other() -> str:
    return "other"


SAID = [
    ("ant", 1.5, {}),
    ("bee", 10, {"tags": ["wings"]}),
    ("bad", None, {}),
    ("Cow", 300, {"tags": ["horns", "hoofs"]}),
]


@pytest.fixture(autouse=True)
def said(client: WeaveClient) -> None:
    for name, size, more in SAID:
        try:
            measure(name, size, more)
        except RuntimeError:
            continue
    other()
    client.flush()


def field(name: str) -> dict[str, str]:
    return {"$getField": name}


def literal(value: Any) -> dict[str, Any]:
    return {"$literal": value}


def found(client: WeaveClient, expression: dict[str, Any], **asked: Any) -> list[str]:
    return [call.inputs["name"] for call in client.get_calls(query={"$expr": expression}, **asked)]


def test_by_the_op_and_all_its_versions(client: WeaveClient) -> None:
    ref = weave.publish(measure).uri
    assert len(calls(client, filter={"op_names": [ref]})) == 4
    assert len(calls(client, filter={"op_names": [ref.rpartition(":")[0] + ":*"]})) == 4
    assert len(calls(client, filter={"op_names": [ref[:-5] + "wrong"]})) == 0
    assert len(calls(client, filter={"trace_roots_only": True})) == 5


def test_by_values_of_inputs_and_output(client: WeaveClient) -> None:
    assert found(client, {"$eq": [field("inputs.name"), literal("bee")]}) == ["bee"]
    assert found(client, {"$gt": [field("output.size"), literal(5)]}) == ["bee", "Cow"]
    assert found(client, {"$lte": [field("inputs.size"), literal(10)]}) == ["ant", "bee"]
    assert found(client, {"$eq": [field("inputs.more.tags.0"), literal("horns")]}) == ["Cow"]
    assert found(client, {"$in": [field("inputs.name"), [literal("ant"), literal("Cow")]]}) == ["ant", "Cow"]


def test_by_conditions_joined_and_denied(client: WeaveClient) -> None:
    small = {"$lt": [field("inputs.size"), literal(5)]}
    is_measure = {"$contains": {"input": field("op_name"), "substr": literal("MEASURE"), "case_insensitive": True}}
    assert found(client, {"$and": [is_measure, {"$not": [small]}]}) == ["bee", "bad", "Cow"]
    assert found(client, {"$or": [small, {"$eq": [field("inputs.name"), literal("Cow")]}]}) == ["ant", "Cow"]


def test_by_text_within(client: WeaveClient) -> None:
    within = {"input": field("inputs.name"), "substr": literal("c")}
    assert found(client, {"$contains": within}) == []
    assert found(client, {"$contains": {**within, "case_insensitive": True}}) == ["Cow"]


def test_by_status_and_time(client: WeaveClient) -> None:
    assert found(client, {"$eq": [field("summary.weave.status"), literal("error")]}) == ["bad"]
    assert found(client, {"$not": [{"$eq": [field("exception"), literal("")]}]}) == ["bad"]
    first = calls(client)[0]
    later = {"$gt": [field("started_at"), literal(first.started_at.timestamp())]}
    assert len(list(client.get_calls(query={"$expr": later}))) == 4


def test_sorted_by_what_is_in_them(client: WeaveClient) -> None:
    sort = [{"field": "output.size", "direction": "desc"}]
    op = {"op_names": [weave.publish(measure).uri]}
    sizes = [call.inputs["size"] for call in client.get_calls(filter=op, sort_by=sort)]
    assert sizes == [300, 10, 1.5, None]


def test_in_pages_as_long_as_asked(client: WeaveClient) -> None:
    everything = client.get_calls(page_size=2)
    assert len(everything) == 5
    assert len(list(everything)) == 5
    assert [call.id for call in client.get_calls(limit=2, offset=1)] == [call.id for call in list(everything)[1:3]]


def test_read_in_part(client: WeaveClient) -> None:
    [call] = client.get_calls(limit=1, columns=["inputs.name", "output.length"])
    assert (call.inputs, call.output) == ({"name": "ant"}, {"length": 3})


def test_with_the_name_of_who_made_them_and_their_size(client: WeaveClient) -> None:
    [call] = client.get_calls(limit=1, include_usernames=True, include_storage_size=True)
    assert call.wb_username == "admin"
    assert call.storage_size_bytes > 50


def test_with_what_their_references_refer_to(client: WeaveClient) -> None:
    dataset = weave.publish(weave.Dataset(name="animals", rows=[{"animal": "owl"}, {"animal": "fox"}])).get()

    @weave.op
    def look(example: dict[str, str]) -> str:
        return example["animal"]

    for row in dataset.rows:
        look(row)
    client.flush()
    ask: dict[str, Any] = {"filter": {"op_names": [weave.publish(look).uri]}, "expand_columns": ["inputs.example"]}
    assert [call.inputs["example"]["animal"] for call in client.get_calls(**ask)] == ["owl", "fox"]
    is_fox = {"$expr": {"$eq": [field("inputs.example.animal"), literal("fox")]}}
    assert [call.output for call in client.get_calls(query=is_fox, **ask)] == ["fox"]
    by_name = [{"field": "inputs.example.animal", "direction": "asc"}]
    assert [call.output for call in client.get_calls(sort_by=by_name, **ask)] == ["fox", "owl"]
