"""What goes over the wire of /v1/chat/completions, beside an upstream whose every byte is written down."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.completions.scripted import Act
from tests.gateway.chunks import STREAM, answering, chunk, event, framed, streaming, usage
from tests.gateway.conftest import Recorded, Stream
from tests.gateway.raw_stream import body
from tests.serving import Served, Store
from tests.upstreams.scripted import DONE, Upstream

WITH_USAGE = {"stream_options": {"include_usage": True, "continuous": 1}}
ANSWER = {"id": "a", "choices": [{"index": 0, "message": {"content": "Hi"}, "finish_reason": "stop"}], "usage": usage()}
PIECE = b"x" * 60_000


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream() as serving:
        yield serving


@pytest.fixture(scope="module")
def one(
    bootstrapped: Store, simulator_url: str, upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, str]]:
    """One that asks the scripted upstream, and is impatient."""
    store = Store(tmp_path_factory.mktemp("wire") / "lineup", copy_of=bootstrapped)
    patience = {"STREAM_KEEP_ALIVE": "1", "STREAM_HOLD": "3", "STREAM_WRITE_TIMEOUT": "2"}
    lineup = Served(store, simulator_url, UPSTREAM_BASE_URL=upstream.base_url, **patience)
    lineup.manage("sync_catalog")
    lineup.start()
    yield lineup, lineup.key()
    lineup.kill()
    store.drop()


COMFORT = b": keep-alive\n\n"
#: Between events, not in one.
COMFORTS = re.compile(rb"(?:\A|(?<=\n\n))" + COMFORT)


def said(api: httpx2.Client, upstream: Upstream, act: Act, **members: Any) -> bytes:
    """Without the comments that bridge the silence of an upstream which the machine lets wait."""
    upstream.does(act)
    answer = api.post("/chat/completions", json=body(**members))
    assert answer.status_code == 200, answer.text
    return COMFORTS.sub(b"", answer.content)


def said_late(api: httpx2.Client, upstream: Upstream, act: Act) -> bytes:
    """By a provider that is silent until the stream has begun without it; without the comments that begin it."""
    has_begun = threading.Event()

    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.to_thread(has_begun.wait, 30)
        await act(reader, writer)

    upstream.does(late)
    seen = b""
    with api.stream("POST", "/chat/completions", json=body()) as answer:
        assert answer.status_code == 200
        for piece in answer.iter_raw():
            has_begun.set()
            seen += piece
    assert seen.startswith(COMFORT)
    return seen.replace(COMFORT, b"")


def test_bytes_of_the_provider_go_through_as_they_are(api: httpx2.Client, upstream: Upstream) -> None:
    odd = event(
        b'{ "choices":[ {"index":0,"delta":{"content":"\\u00e9 \\" \xc3\xa9","x_own":[1.50]}}], "more" : null }'
    )
    stream = chunk("One", system_fingerprint="fp") + odd + b": comment\n\nevent: ping\ndata: {}\n\n" + chunk("", "stop")
    assert said(api, upstream, streaming(stream[:40], stream[40:], DONE)) == stream + DONE


def test_the_provider_is_asked_for_the_usage_and_the_callers_other_options_stay(
    api: httpx2.Client, upstream: Upstream
) -> None:
    said(api, upstream, streaming(chunk("Hi", "stop"), DONE), stream_options={"continuous": 1})
    assert upstream.asked[0].body["stream_options"] == {"continuous": 1, "include_usage": True}


def test_no_usage_is_seen_that_was_not_asked_for_wherever_it_stands(
    api: httpx2.Client, upstream: Upstream, recorded: Recorded
) -> None:
    words = [chunk(word, usage=None) for word in ("One", " two", " three", ' "usage":null, ')]
    last = chunk("", "stop", usage=usage(7, 4)) + event({"choices": [], "usage": usage(7, 4)})
    seen = said(api, upstream, streaming(b"".join(words), last, DONE))
    assert seen.count(b"\n\n") == len(words) + 2
    assert b'"prompt_tokens"' not in seen
    assert [json.loads(line[6:]).get("usage", "none") for line in seen.split(b"\n\n")[:5]] == ["none"] * 5
    assert json.loads(seen.split(b"\n\n")[3][6:])["choices"][0]["delta"]["content"] == ' "usage":null, '
    assert recorded()[:3] == ("completed", "reported", 4)


def test_the_usage_that_was_asked_for_has_the_cost(api: httpx2.Client, upstream: Upstream) -> None:
    act = streaming(chunk("Hi", "stop", usage=None), event({"choices": [], "usage": usage(1000, 500)}), DONE)
    events = said(api, upstream, act, **WITH_USAGE).split(b"\n\n")
    told = json.loads(events[1][6:])["usage"]
    assert told.pop("cost") > 0
    assert told == usage(1000, 500)


def test_an_answer_in_one_piece_has_its_cost_in_a_header(
    api: httpx2.Client, upstream: Upstream, served: Served, recorded: Recorded
) -> None:
    upstream.does(answering(200, ANSWER))
    answer = api.post("/chat/completions", json=body(stream=False))
    assert answer.json() == ANSWER
    recorded()
    ((cost,),) = served.store.query("SELECT max(cost) FROM billing_usagerecord WHERE completion_tokens = 5")
    assert float(answer.headers["x-lineup-cost"]) * 10**12 == pytest.approx(cost)


def test_an_error_in_mid_stream_is_the_last_chunk(api: httpx2.Client, upstream: Upstream) -> None:
    seen = said(api, upstream, streaming(chunk("Hi"), event({"error": {"message": "GPU at http://10.0.0.1 fell"}})))
    last = json.loads(seen.strip().split(b"\n\n")[-1][6:])
    assert (last["id"], last["choices"][0]["finish_reason"]) == ("chatcmpl-1", "error")
    assert set(last["error"]) == {"message", "type", "param", "code"}
    assert b"[DONE]" not in seen
    assert b"10.0.0.1" not in seen


def test_a_silent_provider_is_bridged_with_comments(api: httpx2.Client, upstream: Upstream) -> None:
    first, last = chunk("Hi"), chunk("", "stop")
    upstream.does(streaming(first, 2.5, last, DONE))
    seen = api.post("/chat/completions", json=body()).content
    assert COMFORT in seen.partition(first)[2].partition(last)[0]
    assert seen.replace(COMFORT, b"") == first + last + DONE


def test_a_stream_begins_without_the_provider_when_that_is_silent_for_too_long(
    api: httpx2.Client, upstream: Upstream, recorded: Recorded
) -> None:
    last = chunk("Hi", "stop")
    assert said_late(api, upstream, streaming(last, DONE)) == last + DONE
    assert recorded()[0] == "completed"


def test_what_fails_after_that_is_an_error_in_the_stream(api: httpx2.Client, upstream: Upstream) -> None:
    last, rest = said_late(api, upstream, answering(400, {"error": {"message": "No such tool"}})).split(b"\n\n")
    assert rest == b""
    assert json.loads(last[6:])["error"]["message"] == "No such tool"


def test_every_kind_of_text_is_counted(api: httpx2.Client, upstream: Upstream, recorded: Recorded) -> None:
    deltas: list[tuple[int, dict[str, Any]]] = [
        (0, {"role": "assistant", "content": ""}),
        (0, {"reasoning_content": "Hm"}),
        (0, {"reasoning": "Hm"}),
        (1, {"content": "Hello"}),
        (0, {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "sum", "arguments": "{}"}}]}),
    ]
    stream = [event({"choices": [{"index": at, "delta": delta, "logprobs": {"content": []}}]}) for at, delta in deltas]
    ends = [event({"choices": [{"index": at, "delta": {}, "finish_reason": "stop"}]}) for at in (0, 1)]
    seen = said(api, upstream, streaming(*stream, *ends, DONE), n=2)
    assert seen == b"".join([*stream, *ends, DONE])
    assert recorded()[:3] == ("completed", "estimated", 4)


def test_the_request_has_an_id_of_ours_which_the_provider_hears(api: httpx2.Client, upstream: Upstream) -> None:
    upstream.does(answering(200, ANSWER))
    theirs = {"x-request-id": "mine"}
    answer = api.post("/chat/completions", json=body(stream=False), headers=theirs)
    assert answer.headers["x-request-id"] == upstream.asked[0].headers["x-request-id"] != "mine"
    assert int(answer.headers["openai-processing-ms"]) >= 0


def test_what_is_long_arrives_whole(api: httpx2.Client, upstream: Upstream) -> None:
    long = 'é"\\\n' * 100_000
    parts = [
        {"type": "text", "text": long},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64," + long}},
    ]
    upstream.does(answering(200, ANSWER))
    messages = [{"role": "user", "content": parts}, {"role": "user", "content": long}]
    asked = {**body(stream=False), "messages": messages, "seed": 7}
    assert api.post("/chat/completions", json=asked).status_code == 200
    assert (upstream.asked[0].body["messages"], upstream.asked[0].body["seed"]) == (messages, 7)


def test_a_caller_who_closes_only_their_side_has_left(stream: Stream, upstream: Upstream, recorded: Recorded) -> None:
    async def endless(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(STREAM)
        while True:
            writer.write(framed(chunk("on")))
            await writer.drain()
            await asyncio.sleep(0.05)

    upstream.does(endless)
    leaving = stream(body())
    leaving.until(b'"on"')
    leaving.socket.shutdown(socket.SHUT_WR)
    assert upstream.was_left.wait(20)
    assert recorded()[0] == "stopped"


def test_who_does_not_read_is_given_up_and_fills_no_memory(
    stream: Stream, upstream: Upstream, recorded: Recorded
) -> None:
    sent = 0

    async def endless(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(STREAM + framed(chunk("on")))
        while True:
            writer.write(framed(b": " + PIECE + b"\n\n"))
            await writer.drain()
            sent += len(PIECE)

    upstream.does(endless)
    slow = stream(body())
    assert upstream.was_left.wait(30)
    assert recorded()[0] == "stopped"
    # What the kernel's buffers hold on the four ends, and little of ours.
    assert sent < 40_000_000
    slow.socket.settimeout(20)
    with pytest.raises(ConnectionError):
        while slow.socket.recv(1 << 20):
            pass
        raise ConnectionResetError


def test_an_old_client_gets_the_plain_stream(served: Served, key: str, upstream: Upstream) -> None:
    upstream.does(streaming(chunk("Hi", "stop"), DONE))
    content = json.dumps(body()).encode()
    lines = ["POST /v1/chat/completions HTTP/1.0", f"Authorization: Bearer {key}", f"Content-Length: {len(content)}"]
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as caller:
        caller.sendall("\r\n".join([*lines, "", ""]).encode() + content)
        received = b"".join(iter(lambda: caller.recv(65536), b""))
    assert received.partition(b"\r\n\r\n")[2] == chunk("Hi", "stop") + DONE
