"""The OpenAI-compatible API: a small ASGI application beside Django, which would hold a thread for every stream."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from common.errors import LineupError
from gateway.chat import chat_completions
from gateway.cross_origin import CrossOrigin
from gateway.describing import openapi
from gateway.errors import broken, not_served, refused
from gateway.listing import list_models, show_model
from gateway.usage import completions_usage, costs

handlers: dict[Any, Any] = {LineupError: refused, HTTPException: not_served, Exception: broken}
application = Starlette(
    routes=[
        Route("/v1/chat/completions", chat_completions, methods=["POST"]),
        Route("/v1/models", list_models, methods=["GET"]),
        Route("/v1/models/{model_id:path}", show_model, methods=["GET"]),
        Route("/v1/organization/usage/completions", completions_usage, methods=["GET"]),
        Route("/v1/organization/costs", costs, methods=["GET"]),
        Route("/v1/openapi.json", openapi, methods=["GET"]),
    ],
    exception_handlers=handlers,
    middleware=[Middleware(CrossOrigin)],
)
application.router.redirect_slashes = False
