"""The OpenAI-compatible API: a small ASGI application beside Django, which would hold a thread for every stream."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from common.errors import LineupError
from gateway.chat import chat_completions
from gateway.cross_origin import CrossOrigin
from gateway.describing import openapi
from gateway.errors import broken, not_served, refused
from gateway.listing import list_models, show_model
from gateway.usage import balance, completions_usage, costs

handlers: dict[Any, Any] = {LineupError: refused, HTTPException: not_served, Exception: broken}
api = Starlette(
    routes=[
        Route("/v1/chat/completions", chat_completions, methods=["POST"]),
        Route("/v1/models", list_models, methods=["GET"]),
        Route("/v1/models/{model_id:path}", show_model, methods=["GET"]),
        Route("/v1/organization/usage/completions", completions_usage, methods=["GET"]),
        Route("/v1/organization/costs", costs, methods=["GET"]),
        Route("/v1/organization/balance", balance, methods=["GET"]),
        Route("/v1/openapi.json", openapi, methods=["GET"]),
    ],
    exception_handlers=handlers,
    middleware=[Middleware(CrossOrigin)],
)
api.router.redirect_slashes = False


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Starlette's layers see to how an answer begins: the pieces of a stream need not pass through them."""
    scope["send_piece"] = send
    await api(scope, receive, send)
