"""A span of OpenTelemetry as a call. What the semantic conventions say of models becomes inputs, output and usage."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from pydantic_core import from_json

from common.texts import storable
from tracing.call_shapes import Complete

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: What was given to the model, and what came back, by the names of several conventions; the first that is there counts.
_INPUTS = (
    "gen_ai.input.messages",
    "gen_ai.prompt",
    "input.value",
    "gen_ai.tool.call.arguments",
    "traceloop.entity.input",
)
_OUTPUTS = (
    "gen_ai.output.messages",
    "gen_ai.completion",
    "output.value",
    "gen_ai.tool.call.result",
    "traceloop.entity.output",
)
_PROMPT_TOKENS = ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt")
_COMPLETION_TOKENS = ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion")
_MODELS = ("gen_ai.response.model", "gen_ai.request.model", "llm.model_name")
_THREADS = ("wandb.thread_id", "gen_ai.conversation.id", "session.id")
#: The call of Weave's that was running when the span began.
_PARENT = "weave.parent_call.id"
_PARENT_TRACE = "weave.parent_call.trace_id"


def call(project: str, span: Span, resource: Mapping[str, Any], scope: InstrumentationScope) -> Complete:
    said = attributes(span.attributes)
    own_trace, parent = span.trace_id.hex(), span.parent_span_id.hex() or None
    thread = _first(said, _THREADS)
    return Complete(
        project_id=project,
        id=span.span_id.hex(),
        trace_id=str(said.get(_PARENT_TRACE) or own_trace),
        parent_id=parent or _text(said.get(_PARENT)),
        op_name=storable(span.name)[:1024],
        thread_id=_text(thread),
        turn_id=_text(thread) and _text(said.get("wandb.is_turn") and span.span_id.hex()),
        started_at=_moment(span.start_time_unix_nano),
        ended_at=_moment(span.end_time_unix_nano or span.start_time_unix_nano),
        attributes={
            **said,
            "otel_resource": dict(resource),
            "otel_scope": {"name": scope.name, "version": scope.version},
        },
        inputs=_inputs(said),
        output=_parsed(_first(said, _OUTPUTS)),
        exception=_exception(span),
        summary=_summary(said),
        otel_dump=MessageToDict(span),
    )


def attributes(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    return {storable(pair.key): _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return attributes(value.kvlist_value.values)
    if kind == "bytes_value":
        return value.bytes_value.hex()
    if kind is None:
        return None
    plain = getattr(value, kind)
    return storable(plain) if isinstance(plain, str) else plain


def _inputs(said: Mapping[str, Any]) -> dict[str, Any]:
    value = _parsed(_first(said, _INPUTS))
    if isinstance(value, dict):
        return value
    model = _first(said, _MODELS)
    asked = {} if value is None else {"messages" if isinstance(value, list) else "input": value}
    return {**({"model": model} if model and asked else {}), **asked}


def _summary(said: Mapping[str, Any]) -> dict[str, Any]:
    model = _first(said, _MODELS)
    prompt, completion = _first(said, _PROMPT_TOKENS), _first(said, _COMPLETION_TOKENS)
    if not model or (prompt is None and completion is None):
        return {}
    tokens = {"prompt_tokens": _count(prompt), "completion_tokens": _count(completion)}
    return {"usage": {str(model): {"requests": 1, **tokens, "total_tokens": sum(tokens.values())}}}


def _count(value: Any) -> int:
    try:
        return int(value or 0)
    except (TypeError, ValueError, OverflowError):
        return 0


def _exception(span: Span) -> str | None:
    if span.status.code != Status.STATUS_CODE_ERROR:
        return None
    for event in span.events:
        if event.name == "exception":
            said = attributes(event.attributes)
            return json.dumps(
                {
                    "type": said.get("exception.type"),
                    "message": said.get("exception.message"),
                    "traceback": said.get("exception.stacktrace"),
                }
            )
    return storable(span.status.message) or "Error"


def _first(said: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((said[name] for name in names if said.get(name) is not None), None)


def _parsed(value: Any) -> Any:
    """Messages come as JSON in a string."""
    if not isinstance(value, str):
        return value
    try:
        return from_json(value)
    except ValueError:
        return value


def _text(value: Any) -> str | None:
    return str(value)[:128] if value else None


def _moment(nanoseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=nanoseconds // 1000)
