"""What pages of other origins may do: everything that a program may, for what speaks for a caller is a key.

No cookie is read under /v1, so a page can do here only what its own key allows, and every origin may call. A key that
is put into a page can be read by whoever opens it: that is for who puts it there to weigh.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp

#: What a page may read of an answer beside its body.
EXPOSED = (
    "x-request-id",
    "openai-processing-ms",
    "retry-after",
    "retry-after-ms",
    "x-should-retry",
    "x-ratelimit-limit-requests",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-reset-requests",
    "x-lineup-cost",
    "x-lineup-simulated",
)


class CrossOrigin(CORSMiddleware):
    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, allow_origins=["*"], expose_headers=EXPOSED)

    def preflight_response(self, request_headers: Headers) -> Response:
        """Whatever is asked for may be sent; whether it is served, the request itself will hear."""
        headers = {
            "access-control-allow-origin": "*",
            "access-control-allow-methods": "GET, POST",
            "access-control-allow-headers": request_headers.get("access-control-request-headers", "*"),
            "access-control-max-age": "86400",
        }
        return Response(status_code=204, headers=headers)
