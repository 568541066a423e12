from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from openai import APIError, InternalServerError, RateLimitError

from simulator.tokenizer import count
from tests.model_ids import LLAMA, PHI
from tests.simulator.requests import client, content, events, opened, post, received, refusal, says, stream
from tests.simulator.serving import Simulator

QUESTION = says("How do locks on a canal work?")
USAGE = {"stream_options": {"include_usage": True}}


def read_to_the_end(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


def ask(simulator: Simulator, **drill: Any) -> Any:
    return client(simulator).chat.completions.create(
        model=LLAMA, messages=[{"role": "user", "content": "Hi"}], extra_body={"simulate": drill}
    )


# Refused before the first byte --------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 413, 418, 422, 429, 500, 502, 503, 504, 599])
@pytest.mark.parametrize("streamed", [True, False])
def test_it_answers_with_any_status(simulator: Simulator, status: int, streamed: bool) -> None:
    got, error = refusal(simulator, stream=streamed, simulate={"status": status})
    assert got == status
    assert error.keys() == {"message", "type", "param", "code"}
    assert all(isinstance(error[member], str) for member in ("message", "type"))


def test_a_refusal_says_when_to_come_back(simulator: Simulator) -> None:
    with pytest.raises(RateLimitError) as caught:
        ask(simulator, status=429, retry_after=1.5, message="Slow down.", code="slow_down")
    assert caught.value.response.headers["retry-after"] == "1.5"
    assert (caught.value.code, caught.value.type) == ("slow_down", "rate_limit_error")
    assert "Slow down." in caught.value.message


def test_it_refuses_so_many_times_and_then_answers(simulator: Simulator) -> None:
    drill = {"status": 503, "times": 2, "key": "one"}
    for _ in range(2):
        with pytest.raises(InternalServerError):
            ask(simulator, **drill)
    assert "imulated" in ask(simulator, **drill).choices[0].message.content
    with pytest.raises(InternalServerError):
        ask(simulator, **{**drill, "key": "another"})


def test_the_sdk_gets_past_it_by_itself(simulator: Simulator) -> None:
    patient = client(simulator).with_options(max_retries=2)
    drill = {"status": 500, "times": 1, "key": "sdk"}
    answer = patient.chat.completions.create(
        model=LLAMA, messages=[{"role": "user", "content": "Hi"}], extra_body={"simulate": drill}
    )
    assert answer.choices
    assert simulator.ledger()["totals"]["refused"] == 1


def test_what_is_refused_is_not_billed(simulator: Simulator) -> None:
    refusal(simulator, simulate={"status": 500})
    (entry,) = simulator.ledger()["requests"]
    assert (entry["outcome"], entry["status"]) == ("refused", 500)
    assert entry["billed"] == {"prompt_tokens": 0, "completion_tokens": 0}


# What is said -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["exactly this", "", "\n\n  spaced  \n", "👩‍🔬 ñ 日本 \u202e x", "data: [DONE]\n\n", '"}],']
)
def test_it_says_what_it_is_told_to_say(simulator: Simulator, text: str) -> None:
    assert content(stream(simulator, simulate={"echo": text})) == text
    assert post(simulator, simulate={"echo": text})[2]["choices"][0]["message"]["content"] == text


def test_it_thinks_what_it_is_told_to_think(simulator: Simulator) -> None:
    chunks = stream(simulator, simulate={"think": "Hmm.\nYes.", "echo": "No."})
    assert (content(chunks, member="reasoning_content"), content(chunks)) == ("Hmm.\nYes.", "No.")


def test_random_text_differs_by_request_and_is_known_afterwards(simulator: Simulator) -> None:
    drill = {"text_seed": 5, "length": 300}
    for model in (LLAMA, PHI):
        chunks = stream(simulator, model=model, simulate=drill, **USAGE)
        assert chunks[-1]["usage"]["completion_tokens"] == 300 == count(content(chunks))
        assert simulator.entry(chunks[0]["id"])["said"][0]["content"] == content(chunks)
    texts = {simulator.entry(entry["id"])["said"][0]["content"] for entry in simulator.ledger()["requests"]}
    assert len(texts) == 2
    assert any(len(character.encode()) == 4 for character in texts.pop())


def test_a_huge_line_is_one_event(simulator: Simulator) -> None:
    chunks = stream(simulator, simulate={"huge_line": 1_000_000}, **USAGE)
    assert len(chunks) == 4
    assert len(content(chunks)) == 1_000_000
    assert chunks[-1]["usage"]["completion_tokens"] == count(content(chunks))


def test_tokens_can_come_several_at_a_time(simulator: Simulator) -> None:
    chunks = stream(simulator, simulate={"length": 10, "chunk_tokens": 4}, **USAGE)
    assert len(chunks) == 2 + 3 + 1
    assert chunks[-1]["usage"]["completion_tokens"] == 10


# How it ends --------------------------------------------------------------------------------------


def test_it_cuts_the_connection_off(simulator: Simulator) -> None:
    body = received(simulator, simulate={"length": 50, "cut_after": 7})[1]
    assert count(content(events(body))) == 7
    assert b'finish_reason":"stop' not in body
    assert b"[DONE]" not in body
    (entry,) = simulator.ledger()["requests"]
    assert (entry["outcome"], entry["generated_tokens"]) == ("broken", 7)


def test_a_cut_is_no_proper_end_of_the_response(simulator: Simulator) -> None:
    with opened(simulator, simulate={"length": 50, "cut_after": 7}) as connection:
        everything = read_to_the_end(connection)
    assert not everything.endswith(b"0\r\n\r\n")
    assert received(simulator, simulate={"cut_after": 0})[1] == b""


def test_a_cut_can_be_a_reset(simulator: Simulator) -> None:
    with opened(simulator, simulate={"length": 500, "cut_after": 400, "reset": True}) as connection:
        time.sleep(0.3)
        with pytest.raises(ConnectionResetError):
            read_to_the_end(connection)


def test_an_answer_in_one_piece_is_cut_too(simulator: Simulator) -> None:
    with pytest.raises(APIError):
        ask(simulator, cut_after=1)


def test_a_malformed_event_comes_in_the_midst(simulator: Simulator) -> None:
    body = received(simulator, simulate={"length": 20, "malformed_after": 5})[1]
    with pytest.raises(json.JSONDecodeError):
        events(body)
    assert body.endswith(b"data: [DONE]\n\n")


def test_an_error_event_ends_the_stream(simulator: Simulator) -> None:
    body = received(simulator, simulate={"length": 20, "error_after": 5})[1]
    last = events(body)[-1]
    assert last["error"]["code"] == "simulated_failure"
    assert b"[DONE]" not in body
    assert simulator.settled()["requests"][0]["outcome"] == "broken"


def test_the_sdk_raises_the_error_event(simulator: Simulator) -> None:
    request = client(simulator).chat.completions.create(
        model=LLAMA,
        messages=[{"role": "user", "content": "Hi"}],
        stream=True,
        extra_body={"simulate": {"error_after": 3}},
    )
    with pytest.raises(APIError, match="broke off"):
        list(request)


def test_usage_can_fail_to_come(simulator: Simulator) -> None:
    assert stream(simulator, simulate={"no_usage": True}, **USAGE)[-1]["choices"]
    assert stream(simulator, simulate={"null_usage": True}, **USAGE)[-1]["usage"] is None
    assert "usage" not in post(simulator, simulate={"no_usage": True})[2]
    assert post(simulator, simulate={"null_usage": True})[2]["usage"] is None


def test_done_can_fail_to_come(simulator: Simulator) -> None:
    body = received(simulator, simulate={"no_done": True})[1]
    assert b"[DONE]" not in body
    assert events(body)[-1]["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize("reason", [None, "", "content_filter", "length"])
def test_the_finish_reason_can_be_another(simulator: Simulator, reason: str | None) -> None:
    assert stream(simulator, simulate={"finish_reason": reason})[-1]["choices"][0]["finish_reason"] == reason
    assert post(simulator, simulate={"finish_reason": reason})[2]["choices"][0]["finish_reason"] == reason


# How it travels -----------------------------------------------------------------------------------


def test_it_can_trickle_byte_by_byte(simulator: Simulator) -> None:
    # Whoever is too busy to read each byte as it comes finds several in one piece: then it has to trickle more slowly.
    for trickle in (0.002, 0.01, 0.05):
        with opened(simulator, simulate={"echo": "é🦕", "trickle": trickle}) as connection:
            pieces = list(iter(lambda: connection.recv(65536), b""))
        halves = [piece for piece in pieces if b"\xf0" in piece and "🦕".encode() not in piece]
        if halves and len(pieces) > 200:
            break
    else:
        pytest.fail("the character came in one piece")


def test_comments_and_other_line_ends_are_legal(simulator: Simulator) -> None:
    body = received(simulator, simulate={"echo": "a\r\nb\nc", "comments": True, "crlf": True})[1]
    assert b": still here\r\n\r\n" in body
    assert b"\n\n" not in body
    assert content(events(body.replace(b"\r\n", b"\n"))) == "a\r\nb\nc"


# Stalls -------------------------------------------------------------------------------------------


def test_it_stalls_before_the_headers(simulator: Simulator) -> None:
    start = time.monotonic()
    with opened(simulator, simulate={"stall_before_headers": 0.4}) as connection:
        assert connection.recv(1)
    assert time.monotonic() - start > 0.4


def test_it_stalls_in_the_midst_and_goes_on(simulator: Simulator) -> None:
    start = time.monotonic()
    body = received(simulator, simulate={"length": 20, "stall_after": 5, "stall_for": 0.4})[1]
    assert time.monotonic() - start > 0.4
    assert count(content(events(body))) == 20


def test_a_stall_lasts_until_the_caller_leaves(simulator: Simulator) -> None:
    with opened(simulator, simulate={"length": 20, "stall_after": 5}) as connection:
        connection.settimeout(2)
        with pytest.raises(socket.timeout):
            read_to_the_end(connection)
    assert simulator.settled()["requests"][0]["generated_tokens"] == 5


# By setting ---------------------------------------------------------------------------------------


def test_a_drill_can_be_set_for_all_requests_or_one_model(simulator: Simulator) -> None:
    simulator.drill(status=500, ttft=0, tokens_per_second=0)
    assert refusal(simulator)[0] == 500
    simulator.drill(echo="hello", ttft=0, tokens_per_second=0)
    simulator.drill(model=PHI, status=503)
    assert content(stream(simulator)) == "hello"
    assert refusal(simulator, model=PHI)[0] == 503
    simulator.reset()
    assert post(simulator, model=PHI)[0] == 200


def test_what_a_request_asks_for_goes_before_the_setting(simulator: Simulator) -> None:
    simulator.drill(echo="from the setting", ttft=0, tokens_per_second=0)
    assert content(stream(simulator, simulate={"echo": "from the request"})) == "from the request"


def test_a_drill_can_be_set_at_the_start(simulators: Callable[..., Simulator]) -> None:
    assert refusal(simulators("--drill", '{"status": 503, "message": "Closed on Mondays."}')) == (
        503,
        {
            "message": "Closed on Mondays.",
            "type": "service_unavailable_error",
            "param": None,
            "code": "server_is_overloaded",
        },
    )


def test_the_last_of_many_drills_leaves_nothing_running(simulator: Simulator) -> None:
    for drill in ({"cut_after": 3}, {"error_after": 2}, {"no_done": True}, {"malformed_after": 1}):
        received(simulator, messages=QUESTION, simulate=drill)
    assert simulator.settled()["totals"]["requests"] == 4
