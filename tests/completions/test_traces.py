"""A traced completion is a call of its project, as Weave's client writes it; one that is not traced leaves nothing."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from accounts.caller import Caller
from common.chat import ChatRequest
from completions import outcome, traces, transcript
from completions.engine import open_completion
from completions.receipt import Receipt
from completions.traces import Trace
from tests.completions.scripted import Scripted, answer, event
from tests.completions.stage import MODEL, Running, books, chat, in_thread, priced, serve, whole
from tracing import recorder
from tracing.models import Call

pytestmark = pytest.mark.usefixtures("simulated")


async def kept(caller: Caller, request: ChatRequest, trace: Trace | None = None) -> tuple[Receipt, Call]:
    """Reads a traced answer to its end."""
    running = Running(caller, request, trace or Trace())
    await asyncio.gather(running.task, return_exceptions=True)
    receipt = await running.completion.receipt()
    return receipt, await the_call(str(receipt.id))


async def the_call(call_id: str) -> Call:
    await sync_to_async(recorder.stop)()
    return await in_thread(lambda: Call.objects.get(call_id=call_id))()


def said(call: Call) -> dict[str, Any]:
    output: dict[str, Any] = json.loads(call.output or "null")
    return output


async def test_a_stream_is_put_together_as_the_client_does(caller: Caller) -> None:
    request = chat("How is cement made?", n=2, simulate={"length": 40})
    running = Running(caller, request, Trace())
    await running.task
    texts: dict[int, str] = {0: "", 1: ""}
    while not running.events.empty():
        for choice in (running.events.get_nowait() or {}).get("choices", []):
            texts[choice["index"]] += choice["delta"].get("content") or ""
    call = await the_call(str(running.completion.id))
    assert (call.op, call.display_name) == ("openai.chat.completions.create", f"Serverless Inference: {MODEL}")
    assert json.loads(call.inputs) == request.body
    assert {choice["index"]: choice["message"]["content"] for choice in said(call)["choices"]} == texts
    assert {choice["finish_reason"] for choice in said(call)["choices"]} <= {"stop", "length"}
    assert said(call)["object"] == "chat.completion"


async def test_usage_and_cost_are_what_was_charged(caller: Caller) -> None:
    receipt, call = await kept(caller, chat(simulate={"length": 30}))
    usage = json.loads(call.summary or "{}")["usage"][MODEL]
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (receipt.prompt_tokens, receipt.completion_tokens)
    assert call.cost == pytest.approx(receipt.cost / 10**12, rel=1e-12)
    facts = json.loads(call.attributes)["lineup"]
    assert (facts["certainty"], facts["provider"], facts["door"]) == ("reported", receipt.provider, "api")
    assert call.started_at == (await books(receipt.id)).reservation.created_at


async def test_a_call_lasts_as_long_as_its_answer_whatever_the_clock_of_this_machine_says(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = SimpleNamespace(now=lambda: timezone.now() + timedelta(minutes=10))
    monkeypatch.setattr(outcome, "timezone", fast)
    receipt, call = await kept(caller, chat(simulate={"length": 5}))
    assert call.started_at
    assert call.ended_at == call.started_at + timedelta(milliseconds=receipt.duration_ms)
    assert call.latency_ms == pytest.approx(receipt.duration_ms)


async def test_an_answer_in_one_piece_is_kept_as_it_came(caller: Caller) -> None:
    async with open_completion(caller, chat(stream=False), Trace()) as completion:
        await completion.connect()
        _, answered = await completion.read()
    assert said(await the_call(str(completion.id))) == answered


async def test_a_stopped_answer_is_kept_as_far_as_it_came(caller: Caller) -> None:
    running = Running(caller, chat(simulate={"stall_after": 5}), Trace())
    text = "".join([await running.token() for _ in range(5)])
    receipt = await running.stop()
    call = await the_call(str(receipt.id))
    assert said(call)["choices"][0] == {
        "index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": None
    }  # fmt: skip
    assert (call.exception, json.loads(call.attributes)["lineup"]["outcome"]) == (None, "stopped")
    assert call.cost == pytest.approx(receipt.cost / 10**12, rel=1e-12)


async def test_what_failed_has_an_exception_and_what_had_come(caller: Caller) -> None:
    receipt, call = await kept(caller, chat(simulate={"error_after": 5}))
    assert receipt.error is not None
    assert json.loads(call.exception or "{}")["message"] == receipt.error["message"]
    assert (call.status, bool(said(call)["choices"][0]["message"]["content"])) == ("error", True)
    assert call.cost == pytest.approx(receipt.cost / 10**12, rel=1e-12)


async def test_reasoning_and_tool_calls_are_kept(caller: Caller) -> None:
    function = {"name": "look_up", "parameters": {"type": "object", "properties": {"word": {"type": "string"}}}}
    tools = [{"type": "function", "function": function}]
    _, call = await kept(caller, chat(tools=tools, tool_choice="required"))
    [tool_call] = said(call)["choices"][0]["message"]["tool_calls"]
    assert (tool_call["type"], tool_call["function"]["name"]) == ("function", "look_up")
    assert isinstance(json.loads(tool_call["function"]["arguments"]), dict)


async def test_it_stands_where_the_caller_says(caller: Caller) -> None:
    _, call = await kept(caller, chat(), Trace(trace_id="trace", parent_id="above", thread_id="talk"))
    assert (call.trace_id, call.parent_id, call.thread_id, call.turn_id) == ("trace", "above", "talk", call.call_id)


async def test_what_is_not_traced_leaves_no_call(caller: Caller) -> None:
    await whole(caller, chat())
    await sync_to_async(recorder.stop)()
    assert not await in_thread(Call.objects.exists)()


async def test_a_refused_request_leaves_no_call(caller: Caller) -> None:
    request = ChatRequest.parse({"model": "no/such", "messages": [{"role": "user", "content": "?"}]})
    with pytest.raises(Exception, match="no/such"):
        async with open_completion(caller, request, Trace()):
            pass
    await sync_to_async(recorder.stop)()
    assert not await in_thread(Call.objects.exists)()


async def test_much_text_is_cut_and_says_so(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript, "MOST_BYTES", 300)
    receipt, call = await kept(caller, chat(simulate={"length": 400}))
    assert receipt.outcome == "completed"
    assert len(said(call)["choices"][0]["message"]["content"]) <= 300
    assert json.loads(call.attributes)["lineup"]["is_cut"] is True


async def test_an_image_is_not_cut_but_left_out(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "MOST_ASKED", 5_000)
    url = "data:image/png;base64," + "iVBOR" * 2_000
    content: Any = [{"type": "text", "text": "What?"}, {"type": "image_url", "image_url": {"url": url}}]
    _, call = await kept(caller, chat(content))
    shown = json.loads(call.inputs)["messages"][0]["content"]
    assert shown[1]["image_url"]["url"] == "(data:image/png;base64: left out, it has 10,022 letters)"


async def test_a_long_question_is_cut_too(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "MOST_ASKED", 5_000)
    _, call = await kept(caller, chat("why " * 2_000))
    assert json.loads(call.inputs)["messages"][0]["content"].endswith("… (cut: it has 8,000 letters)")


HOSTILE = [
    b'{"id": 7, "choices": [{"index": 0, "delta": {"content": "\\u0000 \\ud83d"}}]}',
    b'{"id": "x", "choices": [{"index": 0, "delta": {"content": "\\ude00 &"}}, 5, {"index": "no", "delta": []}]}',
    b'{"choices": [{"index": 0, "delta": {"content": ["no"], "tool_calls": [7, {"index": null, "function": []}]}}]}',
    b'{"choices": [{"index": 0, "finish_reason": "stop"}], "usage": {"prompt_tokens": "9", "a": {"b": {"c": 1}}}}',
    b"[DONE]",
]


async def test_what_a_hostile_provider_says_is_kept_as_far_as_it_can_be(caller: Caller) -> None:
    body = b"".join(event(data) for data in HOSTILE)
    async with Scripted(answer(200, body, kind=b"text/event-stream")) as upstream:
        await in_thread(lambda: serve(priced("other/model"), "scripted", upstream.base_url))()
        asked = {"model": "other/model", "messages": [{"role": "user", "content": "?"}], "stream": True}
        receipt, call = await kept(caller, ChatRequest.parse(asked))
    assert receipt.outcome == "completed"
    assert said(call)["choices"][0]["message"]["content"] == "\ufffd \U0001f600 &"


@pytest.mark.parametrize(
    ("content", "room", "left"),
    [("a\\ud83d", 3, "a"), ("\\ud83dx\u20ac", 6, "\ufffdx"), ("a\\ud83d\\ude00", 4, "a"), ("\u20ac", 2, "")],
)
async def test_what_is_cut_within_a_character_is_kept_up_to_it(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, content: str, room: int, left: str
) -> None:
    monkeypatch.setattr(transcript, "MOST_BYTES", transcript.OVERHEAD + room)
    chunk = f'{{"choices": [{{"index": 0, "delta": {{"content": "{content}"}}}}]}}'
    body = event(chunk.encode()) + event(b"[DONE]")
    async with Scripted(answer(200, body, kind=b"text/event-stream")) as upstream:
        await in_thread(lambda: serve(priced("other/model"), "scripted", upstream.base_url))()
        asked = {"model": "other/model", "messages": [{"role": "user", "content": "?"}], "stream": True}
        _, call = await kept(caller, ChatRequest.parse(asked))
    assert said(call)["choices"][0]["message"]["content"] == left
