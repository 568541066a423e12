"""Spans of OpenTelemetry arrive as protobuf or JSON, and become calls."""

from __future__ import annotations

import json
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from accounts.models import User
from tests.tracing.doors import key_of, post, read

pytestmark = pytest.mark.django_db(transaction=True)

NAMED = {"project_id": "alice/playground"}


def export(*spans: Span, **resource: str) -> ExportTraceServiceRequest:
    request = ExportTraceServiceRequest()
    of_resource = request.resource_spans.add()
    of_resource.resource.attributes.extend(attribute(name, value) for name, value in resource.items())
    of_resource.scope_spans.add().spans.extend(spans)
    return request


def attribute(name: str, value: str) -> KeyValue:
    return KeyValue(key=name, value=AnyValue(string_value=value))


def span(**said: Any) -> Span:
    whole: dict[str, Any] = {"trace_id": b"t" * 16, "span_id": b"s" * 8, "name": "step", "start_time_unix_nano": 10**18}
    return Span(**whole | {"end_time_unix_nano": 10**18 + 2 * 10**9} | said)


async def send(
    key: str, request: ExportTraceServiceRequest, path: str = "/traces/otel/v1/traces", **headers: str
) -> int:
    sent = {"content-type": "application/x-protobuf", **headers}
    return (await post(path, key, content=request.SerializeToString(), headers=sent)).status_code


@pytest.mark.parametrize("path", ["/traces/otel/v1/traces", "/traces/agents/otel/v1/traces"])
async def test_a_span_becomes_a_call(alice_key: str, path: str) -> None:
    request = export(span(attributes=[attribute("input.value", '{"a": 1}'), attribute("output.value", "said")]))
    assert await send(alice_key, request, path, **NAMED) == 200
    [call] = await read(alice_key)
    assert (call["op_name"], call["inputs"], call["output"]) == ("step", {"a": 1}, "said")
    assert call["summary"]["weave"]["latency_ms"] == 2000


async def test_an_error_keeps_its_exception(alice_key: str) -> None:
    failed = span(status=Status(code=Status.STATUS_CODE_ERROR, message="no"))
    failed.events.add(name="exception").attributes.append(attribute("exception.message", "it broke"))
    assert await send(alice_key, export(failed), **NAMED) == 200
    [call] = await read(alice_key)
    assert json.loads(call["exception"])["message"] == "it broke"
    assert call["summary"]["weave"]["status"] == "error"


async def test_the_resource_may_name_the_project(alice_key: str) -> None:
    named = {"wandb.entity": "alice", "wandb.project": "playground"}
    assert await send(alice_key, export(span(), **named)) == 200
    assert len(await read(alice_key)) == 1


async def test_json_is_read_too_and_what_is_sent_again_is_not_doubled(alice_key: str) -> None:
    sent = {"traceId": "dGVzdHRlc3R0ZXN0dGVzdA==", "spanId": "dGVzdHRlc3Q=", "name": "x", "startTimeUnixNano": "1"}
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [sent]}]}]}
    for _ in range(2):
        answer = await post("/traces/otel/v1/traces", alice_key, body, headers=NAMED)
        assert answer.status_code == 200
    assert len(await read(alice_key)) == 1


async def test_what_is_no_export_or_names_no_project_is_refused(alice_key: str, charlie_key: str) -> None:
    assert await send(alice_key, export(span())) == 422
    assert (await post("/traces/otel/v1/traces", alice_key, content=b"\xff", headers=NAMED)).status_code == 400
    assert await send(charlie_key, export(span()), **NAMED) == 404


async def test_json_names_traces_and_spans_in_hexadecimal_as_the_protocol_says(alice_key: str) -> None:
    trace, one, two = "5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b173", "eee19b7ec3c1b174"
    spans = [
        {"traceId": trace, "spanId": one, "name": "above"},
        {"traceId": trace.upper(), "spanId": two, "parentSpanId": one, "name": "below", "links": [{"traceId": trace}]},
    ]
    body = {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}
    assert (await post("/traces/otel/v1/traces", alice_key, body, headers=NAMED)).status_code == 200
    calls = {call["op_name"]: call for call in await read(alice_key)}
    assert {call["trace_id"] for call in calls.values()} == {trace}
    assert (calls["above"]["id"], calls["below"]["id"], calls["below"]["parent_id"]) == (one, two, one)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"span_id": b"s" * 200}, 422),
        ({"trace_id": b"t" * 200}, 422),
        ({"attributes": [attribute("weave.parent_call.trace_id", "x" * 300)]}, 422),
        ({"attributes": [attribute("gen_ai.request.model", "m"), attribute("gen_ai.usage.input_tokens", "few")]}, 200),
        ({"attributes": [attribute("input.value", "[" * 100_000)]}, 200),
        ({"attributes": [attribute("output.value", '"\\ud800"')]}, 200),
        ({"attributes": [attribute("output.value", '"\\u0000"')]}, 200),
        ({"attributes": [attribute("output.value", "[NaN, 1e999]")]}, 200),
        ({"end_time_unix_nano": 2**64 - 1}, 200),
    ],
)
async def test_no_span_is_a_fault_of_the_server(alice_key: str, said: dict[str, Any], status: int) -> None:
    assert await send(alice_key, export(span(**said)), **NAMED) == status
    assert len(await read(alice_key)) == (status == 200)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b"[]", b"1", b'{"resourceSpans": 1}', b'{"resourceSpans": [1]}', b"{"]
)
async def test_json_that_is_no_export_is_refused(alice_key: str, body: bytes) -> None:
    headers = {"content-type": "application/json", **NAMED}
    answer = await post("/traces/otel/v1/traces", alice_key, content=body, headers=headers)
    assert answer.status_code == 400


@pytest.fixture
def charlie_key(charlie: User) -> str:
    return key_of(charlie)
