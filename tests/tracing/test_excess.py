"""More than any honest client asks for is refused at once, by name: it neither breaks nor holds up what others ask."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.tracing.doors import PROJECT, complete, post, read

pytestmark = pytest.mark.django_db(transaction=True)

CALLS = "/traces/calls/stream_query"
EQUAL = {"$eq": [{"$getField": "inputs.question"}, {"$literal": "?"}]}


@pytest.fixture
async def key(alice_key: str) -> str:
    await post("/traces/v2/alice/playground/calls/complete", alice_key, {"batch": [complete()]})
    return alice_key


@pytest.mark.parametrize("path", [CALLS, "/traces/calls/query_stats", "/traces/objs/query", "/traces/feedback/query"])
@pytest.mark.parametrize("count", [2**62, 2**63, 10**40])
async def test_a_limit_beyond_any_count_is_no_fault_of_the_server(key: str, path: str, count: int) -> None:
    asked = {"project_id": PROJECT, "limit": count, "offset": count, "fields": ["id"]}
    answer = await post(path, key, asked)
    assert answer.status_code in (200, 422), answer.text


async def test_one_of_very_many_texts_is_found_quickly(key: str) -> None:
    many = [{"$literal": str(number)} for number in range(20_000)] + [{"$literal": "one"}]
    began = time.monotonic()
    found = await read(key, query={"$expr": {"$in": [{"$getField": "id"}, many]}})
    assert [call["id"] for call in found] == ["one"]
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    "expression",
    [
        {"$or": [EQUAL] * 600},
        {"$and": [{"$or": [EQUAL] * 30}] * 30},
        {"$in": [{"$getField": "inputs.n"}, [{"$literal": number} for number in range(3000)]]},
    ],
)
async def test_too_many_conditions_are_refused_by_name(key: str, expression: Any) -> None:
    answer = await post(CALLS, key, {"project_id": PROJECT, "query": {"$expr": expression}})
    assert answer.status_code == 422
    assert "500" in answer.json()["reason"]


async def test_hundreds_of_conditions_are_answered(key: str) -> None:
    several = {"$or": [EQUAL] * 240 + [{"$not": [EQUAL]}] * 240}
    assert len(await read(key, query={"$expr": several})) == 1


@pytest.mark.parametrize("name", ["op_names", "input_refs"])
async def test_a_filter_of_thousands_is_answered_or_refused_by_name(key: str, name: str) -> None:
    asked = {name: [f"weave:///{PROJECT}/op/o{number}:x" for number in range(3000)]}
    answer = await post(CALLS, key, {"project_id": PROJECT, "filter": asked})
    assert answer.status_code == 422
    assert "500" in answer.json()["reason"]


async def test_one_question_in_graphql_cannot_be_asked_a_thousand_times(alice_key: str) -> None:
    aliases = " ".join(f"a{number}: viewer {{ teams {{ edges {{ node {{ name }} }} }} }}" for number in range(1000))
    answer = await post("/graphql", alice_key, {"query": f"{{ {aliases} }}"})
    assert answer.json()["data"] is None
    assert "token" in answer.json()["errors"][0]["message"]


async def test_a_question_in_graphql_that_is_too_long_is_told_so(alice_key: str) -> None:
    answer = await post("/graphql", alice_key, {"query": "{ viewer { id } }" + " " * 200_000})
    assert answer.status_code == 413
