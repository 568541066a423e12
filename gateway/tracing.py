"""Whether a request is traced, and under which call: what its project says, and what the request itself says."""

from __future__ import annotations

import re

from starlette.requests import Request

from accounts.caller import Caller
from common.errors import BadRequest
from completions.traces import Trace
from gateway.headers import single

WANTED, TRACE_ID, PARENT_ID = "x-lineup-trace", "x-lineup-trace-id", "x-lineup-parent-id"
ON, OFF = "on", "off"
_ID = re.compile(r"[\x21-\x7e]{1,128}")
#: https://www.w3.org/TR/trace-context/: version, trace, span, flags.
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?P<trace>[0-9a-f]{32})-(?P<parent>[0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?")


def trace_of(request: Request, caller: Caller) -> Trace | None:
    """None: it is not traced. Raises BadRequest that names the header."""
    wanted = single(request, WANTED)
    if wanted not in (None, ON, OFF):
        raise BadRequest(f"'{WANTED}' must be '{ON}' or '{OFF}'.", param=WANTED, code="invalid_header")
    trace_id, parent_id = _identity(request, TRACE_ID), _identity(request, PARENT_ID)
    if parent_id is not None and trace_id is None:
        raise BadRequest(f"'{PARENT_ID}' needs '{TRACE_ID}' beside it.", param=PARENT_ID, code="invalid_header")
    if wanted == OFF or (wanted is None and not caller.traces_calls):
        return None
    return Trace(trace_id, parent_id) if trace_id else _of_open_telemetry(single(request, "traceparent") or "")


def _identity(request: Request, name: str) -> str | None:
    value = single(request, name)
    if value is not None and not _ID.fullmatch(value):
        raise BadRequest(f"'{name}' must be the ID of a call or a trace.", param=name, code="invalid_header")
    return value


def _of_open_telemetry(traceparent: str) -> Trace:
    """Programs that trace with OpenTelemetry send this everywhere, so it asks for nothing and is never refused."""
    found = _TRACEPARENT.fullmatch(traceparent)
    return Trace(found["trace"], found["parent"]) if found else Trace()
