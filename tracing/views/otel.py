"""Spans of OpenTelemetry arrive and become calls.

The project is named by the header `project_id`, as the client does it, or by `project-id`, which
serving/request_limits.py makes of it and proxies let through; else by `wandb.entity` and `wandb.project` among the
attributes of the resource.
"""

from __future__ import annotations

from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from tracing import otlp, recording, spans
from tracing.bodies import raw_body
from tracing.call_shapes import Complete
from tracing.errors import Invalid
from tracing.visits import Visit, answered, for_keys

PROTOBUF = "application/x-protobuf"


@for_keys
async def traces(request: Request) -> Response:
    is_json = request.headers.get("content-type", PROTOBUF).startswith("application/json")
    return await answered(request, (await raw_body(request), is_json), _export)


def _export(visit: Visit, sent: tuple[bytes, bool]) -> Response:
    for path, calls in _by_project(visit, otlp.parsed(sent[0], is_json=sent[1])).items():
        recording.record(visit.write(path), completes=calls)
    if sent[1]:
        return Response("{}", media_type="application/json")
    return Response(ExportTraceServiceResponse().SerializeToString(), media_type=PROTOBUF)


def _by_project(visit: Visit, export: ExportTraceServiceRequest) -> dict[str, list[Complete]]:
    calls: dict[str, list[Complete]] = {}
    for resource in export.resource_spans:
        attributes = spans.attributes(resource.resource.attributes)
        named = f"{attributes.get('wandb.entity')}/{attributes.get('wandb.project')}"
        path = visit.headers.get("project_id") or visit.headers.get("project-id") or named
        if path.count("/") != 1 or "None" in path.split("/"):
            raise Invalid("Name the project by the header 'project_id: <team>/<project>'.")
        for scope in resource.scope_spans:
            calls.setdefault(path, []).extend(_call(path, span, attributes, scope.scope) for span in scope.spans)
    return calls


def _call(path: str, span: Span, resource: dict[str, Any], scope: InstrumentationScope) -> Complete:
    try:
        return spans.call(path, span, resource, scope)
    except ValidationError as error:
        raise Invalid.of(error) from None
