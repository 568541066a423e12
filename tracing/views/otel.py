"""Spans of OpenTelemetry arrive and become calls.

The project is named by the header `project_id`, as the client does it, or by `project-id`, which
serving/request_limits.py makes of it and proxies let through; else by `wandb.entity` and `wandb.project` among the
attributes of the resource.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.json_format import Parse, ParseError
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from starlette.requests import Request
from starlette.responses import Response

from common.errors import BadRequest
from tracing import recording, spans
from tracing.bodies import raw_body
from tracing.errors import Invalid
from tracing.visits import Visit, answered, for_keys

PROTOBUF = "application/x-protobuf"


@for_keys
async def traces(request: Request) -> Response:
    is_json = request.headers.get("content-type", PROTOBUF).startswith("application/json")
    return await answered(request, (await raw_body(request), is_json), _export)


def _export(visit: Visit, sent: tuple[bytes, bool]) -> Response:
    for path, calls in _by_project(visit, _parsed(*sent)).items():
        recording.record(visit.write(path), completes=calls)
    if sent[1]:
        return Response("{}", media_type="application/json")
    return Response(ExportTraceServiceResponse().SerializeToString(), media_type=PROTOBUF)


def _parsed(raw: bytes, is_json: bool) -> ExportTraceServiceRequest:
    try:
        export = ExportTraceServiceRequest()
        if is_json:
            Parse(raw, export, ignore_unknown_fields=True)
        else:
            export.ParseFromString(raw)
        return export
    except (DecodeError, ParseError, UnicodeDecodeError):
        raise BadRequest("The body is no ExportTraceServiceRequest.") from None


def _by_project(visit: Visit, export: ExportTraceServiceRequest) -> dict[str, list[Any]]:
    calls: dict[str, list[Any]] = {}
    for resource in export.resource_spans:
        attributes = spans.attributes(resource.resource.attributes)
        named = f"{attributes.get('wandb.entity')}/{attributes.get('wandb.project')}"
        path = visit.headers.get("project_id") or visit.headers.get("project-id") or named
        if path.count("/") != 1 or "None" in path.split("/"):
            raise Invalid("Name the project by the header 'project_id: <team>/<project>'.")
        for scope in resource.scope_spans:
            calls.setdefault(path, []).extend(spans.call(path, span, attributes, scope.scope) for span in scope.spans)
    return calls
