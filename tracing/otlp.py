"""An export of OpenTelemetry as it comes: protobuf, or JSON as its protocol writes it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from typing import Any

from google.protobuf.json_format import ParseDict, ParseError
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from common.errors import BadRequest

#: The protocol's JSON has these in hexadecimal; protobuf's own, which some send, has bytes in base64.
_IDS = ("traceId", "spanId", "parentSpanId", "trace_id", "span_id", "parent_span_id")
_HEXADECIMAL = re.compile(r"(?:[0-9a-fA-F]{16}){1,2}")


def parsed(raw: bytes, *, is_json: bool) -> ExportTraceServiceRequest:
    """Raises BadRequest."""
    try:
        return _from_json(raw) if is_json else ExportTraceServiceRequest.FromString(raw)
    except (DecodeError, ParseError, ValueError, RecursionError):
        raise BadRequest("The body is no ExportTraceServiceRequest.") from None


def _from_json(raw: bytes) -> ExportTraceServiceRequest:
    said = json.loads(raw, object_hook=_with_ids)
    if not isinstance(said, dict):
        raise ParseError
    export = ExportTraceServiceRequest()
    ParseDict(said, export, ignore_unknown_fields=True)
    return export


def _with_ids(members: dict[str, Any]) -> dict[str, Any]:
    for name in _IDS:
        value = members.get(name)
        if isinstance(value, str) and _HEXADECIMAL.fullmatch(value):
            members[name] = b64encode(bytes.fromhex(value)).decode()
    return members
