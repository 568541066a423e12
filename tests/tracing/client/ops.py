"""Ops of all kinds leave calls, which read back as they ran."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import weave
from weave.trace.weave_client import WeaveClient

from tests.tracing.client.reading import calls, names


@weave.op
def double(number: int) -> int:
    return number * 2


@weave.op
def outer(number: int) -> int:
    return double(number) + double(number + 1)


@weave.op
def broken() -> None:
    raise ValueError("it broke")


@weave.op
def above_broken() -> None:
    broken()


def test_it_keeps_inputs_output_and_time(client: WeaveClient) -> None:
    assert double(21) == 42
    [call] = calls(client)
    assert (call.inputs, call.output, call.func_name) == ({"number": 21}, 42, "double")
    assert call.started_at <= call.ended_at
    assert call.summary["weave"]["status"] == "success"
    assert call.attributes["weave"]["client_version"] == weave.__version__


def test_it_keeps_the_tree_of_nested_ops(client: WeaveClient) -> None:
    outer(1)
    root, *children = calls(client)
    assert names([root, *children]) == ["outer", "double", "double"]
    assert [child.parent_id for child in children] == [root.id, root.id]
    assert {call.trace_id for call in (root, *children)} == {root.trace_id}
    assert names(list(client.get_call(root.id).children())) == ["double", "double"]


def test_it_keeps_calls_of_coroutines_that_ran_at_once(client: WeaveClient) -> None:
    @weave.op
    async def wait(number: int) -> int:
        await asyncio.sleep(0.01)
        return number

    @weave.op
    async def gather() -> list[int]:
        return list(await asyncio.gather(*[wait(number) for number in range(5)]))

    asyncio.run(gather())
    root = next(call for call in calls(client) if call.func_name == "gather")
    assert root.output == [0, 1, 2, 3, 4]
    assert sorted(child.output for child in root.children()) == [0, 1, 2, 3, 4]


def test_it_keeps_what_a_generator_yielded(client: WeaveClient) -> None:
    @weave.op(accumulator=lambda seen, value: [*(seen or []), value])
    def count(to: int) -> Iterator[int]:
        yield from range(to)

    assert list(count(3)) == [0, 1, 2]
    [call] = calls(client)
    assert call.output == [0, 1, 2]


def test_it_keeps_what_went_wrong_and_where(client: WeaveClient) -> None:
    with pytest.raises(ValueError, match="it broke"):
        above_broken()
    above, inner = calls(client)
    said = json.loads(inner.exception)
    assert (said["type"], said["message"]) == ("ValueError", "it broke")
    assert inner.summary["weave"]["status"] == "error"
    assert above.summary["status_counts"] == {"success": 0, "error": 2}


def test_one_that_caught_an_error_says_that_it_was_below(client: WeaveClient) -> None:
    @weave.op
    def forgiving() -> str:
        with contextlib.suppress(ValueError):
            broken()
        return "well"

    forgiving()
    assert calls(client)[0].summary["weave"]["status"] == "descendant_error"


def test_it_keeps_calls_of_many_threads(client: WeaveClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(outer, range(40)))
    found = calls(client)
    assert len(found) == 120
    assert len({call.id for call in found}) == 120
    roots = {call.id: call for call in found if call.parent_id is None}
    assert all(call.parent_id is None or call.parent_id in roots for call in found)
    assert sorted(call.output for call in roots.values()) == [4 * number + 2 for number in range(40)]


def test_it_keeps_threads_and_turns(client: WeaveClient) -> None:
    with weave.thread("talk") as thread:
        double(1)
        outer(2)
    assert thread.thread_id == "talk"
    found = calls(client, filter={"thread_ids": ["talk"]})
    turns = [call for call in found if call.turn_id == call.id]
    assert names(turns) == ["double", "outer"]
    assert {call.turn_id for call in found} == {turn.id for turn in turns}


def test_it_keeps_attributes_and_names(client: WeaveClient) -> None:
    with weave.attributes({"stage": "test"}):
        _, call = double.call(3)
    call.set_display_name("three")
    [found] = calls(client)
    assert found.attributes["stage"] == "test"
    assert found.display_name == "three"
    call.remove_display_name()
    assert calls(client)[0].display_name is None


def test_a_deleted_call_is_gone_with_all_below_it(client: WeaveClient) -> None:
    _, doomed = outer.call(1)
    double(5)
    client.flush()
    client.delete_call(doomed)
    assert [call.inputs for call in calls(client)] == [{"number": 5}]


def test_it_keeps_long_outputs(client: WeaveClient) -> None:
    @weave.op
    def long() -> str:
        return "ö" * 400_000

    long()
    assert calls(client)[0].output == "ö" * 400_000


def test_text_of_all_kinds_comes_back(client: WeaveClient) -> None:
    @weave.op
    def echo(said: dict[str, str]) -> dict[str, str]:
        return said

    said = {"emoji 🍩": "\t\"quoted\" \\ 'single'\n", "z": "1", "a": "€", "": "empty"}
    echo(said)
    [call] = calls(client)
    assert call.output == said
    assert list(call.output) == list(said)
