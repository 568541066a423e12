"""Words of a provider that no database keeps, no socket sends or no memory holds: settled, and readable."""

from __future__ import annotations

import asyncio
import json

import pytest

from accounts.caller import Caller
from completions.engine import open_completion
from inference_catalog.models import Model
from tests.completions.scripted import Act, Scripted, answer, event
from tests.completions.stage import books, chat, in_thread, serve, whole

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "\ud800 \0 " + "long " * 200


async def told(caller: Caller, model: Model, act: Act) -> dict[str, str | None]:
    """The receipt's words, once the books have them too."""
    async with Scripted(act) as provider:
        await in_thread(serve)(model, "hostile", provider.base_url)
        receipt = await whole(caller, chat())
    await books(receipt.id)
    words: dict[str, str | None] = {"reason": receipt.finish_reason, **(receipt.error or {})}
    json.dumps(words, ensure_ascii=False).encode()
    assert "\0" not in "".join(word or "" for word in words.values())
    return words


async def test_a_refusal(caller: Caller, model: Model) -> None:
    error = {"error": {"message": f"No. {WORDS}", "code": WORDS, "param": WORDS}}
    words = await told(caller, model, answer(400, json.dumps(error).encode()))
    assert str(words["message"]).startswith("No. \ufffd \ufffd long")


async def test_an_error_in_the_stream(caller: Caller, model: Model) -> None:
    error = event(json.dumps({"error": {"message": WORDS}}).encode())
    assert "\ufffd" in str((await told(caller, model, answer(200, error, kind=b"text/event-stream")))["message"])


async def test_an_answer_without_end(caller: Caller, model: Model) -> None:
    chunk = event(json.dumps({"choices": [{"index": 0, "delta": {"content": "on and on " * 100}}]}).encode())
    usage = event(json.dumps({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1}}).encode())

    async def endless(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + usage)
        while True:
            writer.write(chunk)
            await writer.drain()

    words = await told(caller, model, endless)
    assert "did not stop at the limit" in str(words["message"])


@pytest.mark.parametrize("is_streamed", [True, False])
@pytest.mark.parametrize("counted", [(2**31 - 1, 1), (1, 2**31 - 1)], ids=["prompt", "completion"])
async def test_a_usage_that_cannot_be_empties_no_account(
    caller: Caller, model: Model, counted: tuple[int, int], is_streamed: bool
) -> None:
    usage = dict(zip(("prompt_tokens", "completion_tokens"), counted, strict=True))
    choice = {"index": 0, "delta" if is_streamed else "message": {"content": "Hello"}, "finish_reason": "stop"}
    said = json.dumps({"choices": [choice], "usage": usage}).encode()
    act = answer(200, event(said), kind=b"text/event-stream") if is_streamed else answer(200, said)
    async with Scripted(act) as provider:
        await in_thread(serve)(model, "hostile", provider.base_url)
        completion = open_completion(caller, chat(stream=is_streamed))
        async with completion:
            await completion.connect()
            await (anext(aiter(completion)) if is_streamed else completion.read())
        receipt = await completion.receipt()
    record = (await books(receipt.id)).record
    assert (record.certainty, record.completion_tokens) == ("estimated", 1)


async def test_a_flood_of_comments(caller: Caller, model: Model) -> None:
    flood, words = b":\n\n" * 200_000, event(b'{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}')
    async with Scripted(answer(200, flood + words, kind=b"text/event-stream")) as provider:
        await in_thread(serve)(model, "hostile", provider.base_url)
        async with open_completion(caller, chat()) as completion:
            await completion.connect()
            batch = await anext(completion.batches())
    assert len(batch) < 100_000


async def test_a_finish_reason(caller: Caller, model: Model) -> None:
    choice = {"index": 0, "delta": {"content": "Hello"}, "finish_reason": WORDS}
    chunk = event(json.dumps({"choices": [choice]}).encode())
    words = await told(caller, model, answer(200, chunk, kind=b"text/event-stream"))
    assert words["reason"] == ("\ufffd \ufffd " + "long " * 200)[:30]
