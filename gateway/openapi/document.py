"""The API as an OpenAPI 3.1 document, made from what checks requests and from the errors themselves."""

from __future__ import annotations

from typing import Any

from billing.usage.buckets import COMPLETIONS, COSTS
from common.chat_shapes import CHAT, MESSAGE, PART
from common.shapes import Schema
from gateway.openapi import answers, balance, usage
from gateway.openapi.examples import ANSWER, MODEL, MODEL_LIST, REQUESTS, STREAM
from gateway.openapi.refusals import BODY, CALLER, ERROR, ROUTE, SERVER, SPENDING, Refusal, responses

TITLE = "Lineup API"
ABOUT = (
    "An OpenAI-compatible API for every model of this server. Any client that takes a base URL and a key works with "
    "it: give it this server's `/v1` and a key from your settings."
)
PROJECT = {
    "name": "OpenAI-Project",
    "in": "header",
    "required": False,
    "description": "The project that pays, as `team/project`. Without it the key's own project does.",
    "schema": {"type": "string", "examples": ["local/playground"]},
}
TRACING = [
    {
        "name": "x-lineup-trace",
        "in": "header",
        "required": False,
        "description": "Whether this call stands among the project's traces, under the ID that `x-request-id` tells. "
        "Without it, the project's setting says so.",
        "schema": {"type": "string", "enum": ["on", "off"]},
    },
    {
        "name": "x-lineup-trace-id",
        "in": "header",
        "required": False,
        "description": "The trace that a traced call belongs to: its caller's own. A `traceparent` of OpenTelemetry "
        "does the same.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
    },
    {
        "name": "x-lineup-parent-id",
        "in": "header",
        "required": False,
        "description": "The call of that trace under which it stands.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
    },
]
SAVED = (
    "A saved model, `team/project/name`, is asked with what was saved: its messages come before those of the request, "
    "and each of its parameters holds unless the request gives that one. `template_vars`, an object, says what "
    "`{name}` in the saved messages stands for; what it does not name stays as it is written. The answer bears the "
    "name that was asked for; billing and traces name the model behind it."
)
MODEL_ID = {
    "name": "model_id",
    "in": "path",
    "required": True,
    "description": "The model's ID, or a saved model's name with or without a version. "
    "The slash in it may be sent as it is or as `%2F`.",
    "schema": {"type": "string", "minLength": 1, "examples": [MODEL["id"]]},
}


def document() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": "1", "description": ABOUT},
        "servers": [{"url": "/v1", "description": "This server"}],
        "security": [{"key": []}],
        "tags": [{"name": "Chat"}, {"name": "Models"}, {"name": "Usage"}, {"name": "This document"}],
        "paths": {
            "/chat/completions": {"post": _chat()},
            "/models": {"get": _models()},
            "/models/{model_id}": {"get": _model()},
            "/organization/usage/completions": {"get": usage.operation(COMPLETIONS, PROJECT)},
            "/organization/costs": {"get": usage.operation(COSTS, PROJECT)},
            "/organization/balance": {"get": balance.operation(PROJECT)},
            "/openapi.json": {"get": _document()},
        },
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "A key from Settings → API keys."}
            },
        },
    }


def _schemas() -> dict[str, Schema]:
    """Parts that have a name of their own are written once and referred to."""
    part, message = PART.schema(), MESSAGE.schema()
    request = CHAT.schema()
    request["properties"]["messages"]["items"] = _ref("Message")
    _replace(message, part, _ref("Part"))
    return {
        "ChatRequest": request,
        "Message": message,
        "Part": part,
        **answers.SCHEMAS,
        **usage.SCHEMAS,
        **balance.SCHEMAS,
        "Error": ERROR,
    }


def _replace(schema: Any, old: Schema, new: Schema) -> None:
    for name, value in schema.items() if isinstance(schema, dict) else enumerate(schema):
        if value == old:
            schema[name] = new
        elif isinstance(value, dict | list):
            _replace(value, old, new)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _chat() -> dict[str, Any]:
    streamed = {"schema": answers.EVENT, "examples": {"stream": {"value": STREAM}}}
    whole = {"schema": _ref("ChatCompletion"), "examples": {"answer": {"value": ANSWER}}}
    refusals = [*CALLER, *BODY, Refusal.MODEL, Refusal.RETIRED, *SPENDING, *ROUTE, *SERVER]
    return {
        "operationId": "createChatCompletion",
        "tags": ["Chat"],
        "summary": "Continue a conversation",
        "description": "The answer comes whole, or, with `stream`, as server-sent events while it is made.\n\n" + SAVED,
        "parameters": [PROJECT, *TRACING],
        "requestBody": {
            "required": True,
            "description": "JSON, at most 50 MB.",
            "content": {"application/json": {"schema": _ref("ChatRequest"), "examples": REQUESTS}},
        },
        "responses": {
            "200": {
                "description": "The answer, as the model's provider sent it.",
                "headers": answers.HEADERS,
                "content": {"application/json": whole, "text/event-stream": streamed},
            },
            **responses(refusals),
        },
    }


def _models() -> dict[str, Any]:
    return _read("listModels", "Models", "List the models", "ModelList", MODEL_LIST, [PROJECT], [])


def _model() -> dict[str, Any]:
    refusals = [Refusal.MODEL, Refusal.RETIRED]
    return _read("retrieveModel", "Models", "Show one model", "Model", MODEL, [MODEL_ID, PROJECT], refusals)


def _read(
    operation: str, tag: str, summary: str, schema: str, example: Any, parameters: list[Any], refusals: list[Refusal]
) -> dict[str, Any]:
    content = {"application/json": {"schema": _ref(schema), "examples": {"answer": {"value": example}}}}
    return {
        "operationId": operation,
        "tags": [tag],
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": summary, "headers": answers.REQUEST_ID, "content": content},
            **responses([*CALLER, *refusals, *ROUTE, *SERVER]),
        },
    }


def _document() -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "object", "required": ["openapi", "paths"]}}}
    return {
        "operationId": "describe",
        "tags": ["This document"],
        "summary": "Describe this API",
        "security": [],
        "responses": {
            "200": {"description": "This document", "content": content},
            "304": {"description": "It is still the one whose ETag was sent."},
            **responses([*ROUTE, *SERVER]),
        },
    }
