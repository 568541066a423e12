"""What providers do wrong, as a caller of the API sees it and as the books have it."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.completions.scripted import Act, closing, event
from tests.faults.books import add_up, records
from tests.faults.callers import Call, answered, asked
from tests.faults.conftest import ROOMY
from tests.serving import Served
from tests.upstreams.scripted import DONE, FINISH, HEAD, USAGE, WORDS, Upstream, sends, word

HOUR = 3600.0
PAGE = b"<html><body><h1>Bad gateway</h1>nginx</body></html>"
SORRY = "The engine is currently overloaded, please try again later"


@pytest.fixture(scope="module")
def provider() -> Iterator[Upstream]:
    with Upstream() as serving:
        yield serving


@pytest.fixture(scope="module")
def settings_of_lineup() -> dict[str, str]:
    """Little patience."""
    return ROOMY | {"UPSTREAM_FIRST_CHUNK_TIMEOUT": "4", "UPSTREAM_IDLE_TIMEOUT": "4", "UPSTREAM_TOTAL_TIMEOUT": "12"}


@pytest.fixture(scope="module")
def served(_lineup: tuple[Served, str], provider: Upstream) -> Served:
    """Its only provider is the scripted one."""
    move = f"Provider.objects.filter(slug='simulator').update(base_url='{provider.base_url}')"
    _lineup[0].manage("shell", "-c", f"from inference_catalog.models import Provider; {move}")
    return _lineup[0]


def status(code: int, body: bytes = PAGE, *headers: bytes, kind: bytes = b"text/html") -> Act:
    lines = [b"HTTP/1.1 %d Odd" % code, b"Content-Type: " + kind, b"Content-Length: %d" % len(body), *headers]
    return sends(b"\r\n".join([*lines, b"", b""]) + body)


class Seen(NamedTuple):
    """By the caller, then by the books."""

    status: int
    text: str
    error: str | None
    record: tuple[str, str, int]


WHOLE = "one two three"
NOTHING = Seen(503, "", SORRY, ("failed", "reported", 0))
THREE = Seen(200, WHOLE, SORRY, ("failed", "estimated", 3))
REPORTED = Seen(200, WHOLE, None, ("completed", "reported", 3))
ESTIMATED = Seen(200, WHOLE, None, ("completed", "estimated", 3))
NULL_USAGE = event(b'{"id":"x","choices":[],"usage":null}')
EMPTY_FINISH = FINISH.replace(b'"stop"', b'""')
NULL_FINISH = FINISH.replace(b'"stop"', b"null")
ERROR = event(b'{"error":{"message":"CUDA out of memory at 10.0.0.7","type":"x","code":500}}')
LONG = "long " * 200_000

STREAMS: dict[str, tuple[Act, Seen]] = {
    "stalls before headers": (sends(HOUR), NOTHING),
    "stalls after headers": (sends(HEAD, HOUR), NOTHING),
    "stalls in the middle": (sends(HEAD, WORDS, HOUR), THREE),
    "an error event at once": (sends(HEAD, ERROR), NOTHING),
    "an error event in the middle": (sends(HEAD, WORDS, ERROR), THREE),
    "closes at once": (closing, NOTHING),
    "closes in the middle": (sends(HEAD, WORDS), THREE),
    "closes in the middle of an event": (sends(HEAD, WORDS, word("four")[:30]), THREE),
    "no DONE": (sends(HEAD, WORDS, FINISH, USAGE), REPORTED),
    "no usage": (sends(HEAD, WORDS, FINISH, DONE), ESTIMATED),
    "usage is null": (sends(HEAD, WORDS, FINISH, NULL_USAGE, DONE), ESTIMATED),
    "finish is null": (sends(HEAD, WORDS, NULL_FINISH, USAGE, DONE), REPORTED),
    "finish is empty": (sends(HEAD, WORDS, EMPTY_FINISH, USAGE, DONE), REPORTED),
    "neither finish nor DONE": (sends(HEAD, WORDS), THREE),
    "a huge line": (sends(HEAD, word(LONG), FINISH, USAGE, DONE), REPORTED._replace(text=LONG)),
    "bytes one by one": (sends(HEAD, *(bytes([byte]) for byte in WORDS + FINISH + USAGE + DONE)), REPORTED),
    "not JSON at once": (sends(HEAD, event(b"{oops")), NOTHING),
    "not JSON in the middle": (sends(HEAD, WORDS, event(b"{oops")), THREE),
    "500 with a page": (status(500), NOTHING),
    "502 with a page": (status(502), NOTHING),
    "503 with a page": (status(503, PAGE, b"Retry-After: 7"), NOTHING),
    "429 with retry-after": (status(429, b"{}", b"Retry-After: 7", kind=b"application/json"), NOTHING),
    "a redirect": (status(307, b"", b"Location: http://127.0.0.1:1/v1/chat/completions"), NOTHING),
    "a page for an answer": (status(200), NOTHING),
    "an empty answer": (status(200, b""), NOTHING),
}


def told(call: Call) -> tuple[str, str | None]:
    """The text, and the message of the error if there is one; a stream that went well has said so."""
    if call.status != 200:
        return "", str(json.loads(call.body)["error"]["message"])
    text, error = "", None
    events = [line.removeprefix(b"data: ") for line in call.body.split(b"\n") if line.startswith(b"data: ")]
    for data in [json.loads(data) for data in events if data != b"[DONE]"]:
        text += "".join(choice.get("delta", {}).get("content") or "" for choice in data.get("choices", []))
        if data.get("error"):
            error = str(data["error"]["message"])
            assert data["choices"][0]["finish_reason"] == "error"
    assert (events[-1] == b"[DONE]") is (error is None)
    return text, error


async def test_every_stream_that_goes_wrong_is_told_and_booked(served: Served, key: str, provider: Upstream) -> None:
    wrong = {}
    for name, (act, seen) in STREAMS.items():
        provider.does(act)
        call = await answered(served, key, asked(), name=name)
        text, error = told(call)
        add_up(served)
        (record,) = records(served, name)
        if (found := Seen(call.status, text, error, record)) != seen:
            wrong[name] = found._replace(text=found.text[:40])
    assert wrong == {}


ANSWER: dict[str, Any] = {
    "id": "x",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": WHOLE}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12},
}
RAW = json.dumps(ANSWER).encode()
PLAIN = b"application/json"
WHOLES: dict[str, tuple[Act, int, tuple[str, str, int]]] = {
    "a wrong content type": (status(200, RAW), 200, ("completed", "reported", 3)),
    "gzip, though nobody asked for it": (
        status(200, gzip.compress(RAW), b"Content-Encoding: gzip", kind=PLAIN),
        200,
        ("completed", "reported", 3),
    ),
    "usage is null": (
        status(200, json.dumps(ANSWER | {"usage": None}).encode(), kind=PLAIN),
        200,
        ("completed", "estimated", 3),
    ),
    "half a body": (
        sends(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n" + RAW[:40]),
        503,
        ("failed", "reported", 0),
    ),
    "a page": (status(200), 503, ("failed", "reported", 0)),
    "an error under 200": (status(200, b'{"error": {"message": "no"}}', kind=PLAIN), 503, ("failed", "reported", 0)),
}


@pytest.mark.parametrize("name", WHOLES)
async def test_an_answer_in_one_piece_that_goes_wrong(served: Served, key: str, provider: Upstream, name: str) -> None:
    act, code, record = WHOLES[name]
    provider.does(act)
    call = await answered(served, key, asked(stream=False), name=f"whole: {name}")
    add_up(served)
    assert (call.status, records(served, f"whole: {name}")) == (code, [record])
    said = json.loads(call.body)
    assert said["error"]["message"] == SORRY if code == 503 else said["choices"][0]["message"]["content"] == WHOLE


async def test_a_connection_that_the_provider_closed_while_it_was_idle_is_not_used_again(
    served: Served, key: str, provider: Upstream
) -> None:
    """As vLLM does after five seconds: in the very moment in which the next request comes over it."""
    chunked = HEAD.replace(b"Connection: close\r\n\r\n", b"Content-Length: %d\r\n\r\n")
    body = WORDS + FINISH + USAGE + DONE
    complete = sends(chunked % len(body) + body, closes=False)
    provider.does(complete, closing, complete, closing)
    for _ in range(2):
        assert told(await answered(served, key, asked()))[0] == WHOLE
        await asyncio.sleep(0.1)
    assert len(provider.asked) >= 3
    add_up(served)
