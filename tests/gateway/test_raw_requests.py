"""What arrives on the wire and is no proper request: a clear 4xx as JSON, in bounded time, with nothing reserved."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.gateway.raw_request import Answer, answered, ask, connected, head
from tests.gateway.raw_stream import body
from tests.serving import Served, Store
from tests.simulator.serving import Simulator

HELLO = json.dumps(body(stream=False, simulate={"length": 3})).encode()
LENGTH = f"Content-Length: {len(HELLO)}"


@pytest.fixture(scope="module")
def one(
    bootstrapped: Store, simulator_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, str]]:
    """One that soon loses patience with a body."""
    store = Store(tmp_path_factory.mktemp("raw") / "lineup", copy_of=bootstrapped)
    lineup = Served(store, simulator_url, REQUEST_BODY_TIMEOUT="8")
    lineup.start()
    yield lineup, lineup.key()
    lineup.kill()
    store.drop()


@pytest.fixture(autouse=True)
def nothing_is_reserved(served: Served, simulator: Simulator) -> Iterator[None]:
    """Whatever a test sends, the books and the provider hear only of what was answered."""
    before = served.store.query("SELECT count(*) FROM billing_reservation")[0][0]
    yield
    answered_now = simulator.settled()["totals"]["requests"]
    rows = served.store.query("SELECT count(*) FROM billing_reservation")[0][0] - before
    assert rows == answered_now
    # An answer does not wait for the books to write its end.
    while served.store.query("SELECT count(*) FROM billing_reservation WHERE state = 'running'") != [(0,)]:
        time.sleep(0.02)


def chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (*parts, b""))


def refusal(answer: Answer) -> tuple[int, str | None, str | None]:
    return answer.status, answer.error["param"], answer.error["code"]


@pytest.mark.parametrize(
    ("lines", "param"),
    [
        (["Authorization: Bearer another"], "authorization"),
        (["OpenAI-Project: local/playground", "OpenAI-Project: a/b"], "openai-project"),
    ],
    ids=["key", "project"],
)
def test_a_header_that_is_there_twice_is_named(served: Served, key: str, lines: list[str], param: str) -> None:
    answer = ask(served, head(served, key, LENGTH, *lines) + HELLO)
    assert refusal(answer) == (400, param, "duplicate_header")


@pytest.mark.parametrize(
    "lines",
    [
        [LENGTH, LENGTH],
        [LENGTH, "Transfer-Encoding: chunked"],
        ["Content-Length: -1"],
        ["Content-Length: ten"],
        [LENGTH, "X-Injected: a\rb"],
        [LENGTH, "X-Injected: a\x00b"],
        [LENGTH, "X-Injected: a\x0bb"],
        [LENGTH, "No colon"],
        [LENGTH, "Bad name: x"],
        [LENGTH, "X-Long: " + "x" * 20_000],
    ],
    ids=lambda lines: lines[-1][:40].encode("unicode_escape").decode(),
)
def test_a_head_that_is_not_http_is_refused_as_json(served: Served, key: str, lines: list[str]) -> None:
    answer = ask(served, head(served, key, *lines) + HELLO)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/json")
    assert answer.error["type"] == "invalid_request_error"


def test_noise_is_refused_as_json(served: Served) -> None:
    assert ask(served, b"\x16\x03\x01 noise\r\n\r\n").error["type"] == "invalid_request_error"


def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(served: Served, key: str) -> None:
    answer = ask(served, head(served, key, f"Content-Length: {51 * 1024 * 1024}", "Expect: 100-continue"))
    assert refusal(answer) == (413, None, "payload_too_large")
    assert len(answer.headers["x-request-id"]) == 36
    # A page of another origin reads it too.
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_body_that_turns_out_too_large_is_refused_while_it_comes(served: Served, key: str) -> None:
    with connected(served) as connection:
        connection.sendall(head(served, key, "Transfer-Encoding: chunked"))
        sending = threading.Thread(target=send_much, args=(connection,))
        sending.start()
        assert refusal(answered(connection)) == (413, None, "payload_too_large")
        connection.shutdown(socket.SHUT_RDWR)
        sending.join()


def send_much(connection: socket.socket) -> None:
    part = b"100000\r\n" + b" " * 2**20 + b"\r\n"
    try:
        for _ in range(60):
            connection.sendall(part)
    except OSError:
        pass


def test_fifty_one_megabytes_are_refused_and_the_answer_arrives(served: Served, key: str) -> None:
    size = 51 * 1024 * 1024
    assert refusal(ask(served, head(served, key, f"Content-Length: {size}") + b" " * size))[0] == 413


def test_a_body_that_trickles_is_given_up(served: Served, key: str) -> None:
    with connected(served) as connection:
        connection.sendall(head(served, key, "Transfer-Encoding: chunked") + b"1\r\n{\r\n")
        assert refusal(answered(connection)) == (408, None, "request_timeout")


def test_a_head_that_trickles_is_given_up(served: Served) -> None:
    with connected(served) as connection:
        connection.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n")
        assert refusal(answered(connection)) == (408, None, "request_timeout")


def test_chunks_that_are_not_chunks_are_refused(served: Served, key: str) -> None:
    assert ask(served, head(served, key, "Transfer-Encoding: chunked") + b"ten\r\n{}\r\n").status == 400


def test_a_body_in_chunks_is_as_good_as_any(served: Served, key: str) -> None:
    raw = head(served, key, "Transfer-Encoding: chunked") + chunked(HELLO[:10], HELLO[10:])
    assert ask(served, raw).status == 200


def test_an_old_client_gets_its_answer(served: Served, key: str) -> None:
    assert ask(served, head(served, key, LENGTH, version="1.0") + HELLO).status == 200


def test_an_old_client_gets_its_stream_and_then_the_end(served: Served, key: str) -> None:
    asked = json.dumps(body(simulate={"length": 3})).encode()
    answer = ask(served, head(served, key, f"Content-Length: {len(asked)}", version="1.0") + asked)
    assert answer.body.endswith(b"data: [DONE]\n\n")
    assert "transfer-encoding" not in answer.headers


def test_half_a_body_and_no_more_is_nothing(served: Served, key: str) -> None:
    with connected(served) as connection:
        connection.sendall(head(served, key, LENGTH) + HELLO[:20])
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1000) == b""


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_body_that_does_not_say_it_is_json_is_refused(served: Served, key: str, kind: str) -> None:
    raw = head(served, key, LENGTH).replace(b"application/json", kind.encode()) + HELLO
    assert refusal(ask(served, raw)) == (415, "content-type", "unsupported_media_type")


def test_a_compressed_body_is_refused(served: Served, key: str) -> None:
    packed = gzip.compress(HELLO)
    raw = head(served, key, f"Content-Length: {len(packed)}", "Content-Encoding: gzip") + packed
    assert refusal(ask(served, raw)) == (415, "content-encoding", "unsupported_media_type")


@pytest.mark.parametrize("path", ["/v1/%ff", "/v1/models/%00", "/v1/..%2f..%2fetc/passwd", "/v1//models"])
def test_an_odd_address_is_not_found(served: Served, key: str, path: str) -> None:
    raw = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
    assert ask(served, raw).error["code"] in ("unknown_url", "model_not_found")


@pytest.mark.parametrize("target", ["*", "?", "v1"])
def test_a_target_that_is_no_address_breaks_nothing(served: Served, target: str) -> None:
    assert ask(served, f"GET {target} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode()).status < 500


def test_nobody_says_where_lineup_is_mounted(served: Served, key: str) -> None:
    assert ask(served, head(served, key, LENGTH, "Daphne-Root-Path: /v1\xff") + HELLO).status == 200
