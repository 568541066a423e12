"""The OpenAI-compatible API."""

from starlette.applications import Starlette

application = Starlette()
