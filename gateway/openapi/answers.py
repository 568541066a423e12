"""What the API answers, as schemas. Providers add members of their own, which come through."""

from __future__ import annotations

from typing import Any

from common.shapes import Schema


def object_of(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return {"type": "object", "required": list(required), "properties": required | (optional or {})}


def _details(about: str) -> Schema:
    return {"type": ["object", "null"], "description": about}


TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
COUNT: Schema = {"type": "integer", "minimum": 0}

TOOL_CALLS: Schema = {
    "type": ["array", "null"],
    "items": object_of(
        {},
        {"index": COUNT, "id": TEXT_OR_NULL, "type": TEXT_OR_NULL, "function": {"type": ["object", "null"]}},
    ),
}
SAID: dict[str, Schema] = {
    "role": TEXT_OR_NULL,
    "content": TEXT_OR_NULL,
    "reasoning_content": TEXT_OR_NULL | {"description": "What a reasoning model thought first."},
    "refusal": TEXT_OR_NULL,
    "tool_calls": TOOL_CALLS,
}
FINISH = TEXT_OR_NULL | {
    "description": "`stop`, `length`, `tool_calls`, `content_filter`; `error` on the last chunk of a broken stream."
}
LOGPROBS: Schema = {"type": ["object", "null"]}

USAGE = object_of(
    {"prompt_tokens": COUNT, "completion_tokens": COUNT, "total_tokens": COUNT},
    {
        "prompt_tokens_details": _details("`cached_tokens` are those that were cached and cost less."),
        "completion_tokens_details": _details("`reasoning_tokens` are those that were thought and not said."),
        "cost": {
            "type": "number",
            "description": "US dollars; of a stream, whose headers come before its cost is known.",
        },
    },
)
#: A provider that does not count is billed by what we count; its answer comes through as it is.
USAGE_OR_NULL: Schema = {"anyOf": [{"$ref": "#/components/schemas/Usage"}, {"type": "null"}]}

CHOICE = object_of(
    {"index": COUNT, "message": object_of({}, SAID), "finish_reason": FINISH},
    {"logprobs": LOGPROBS},
)
CHUNK_CHOICE = object_of(
    {"index": COUNT, "delta": object_of({}, SAID)}, {"finish_reason": FINISH, "logprobs": LOGPROBS}
)

_HEAD: dict[str, Schema] = {"id": TEXT, "created": COUNT, "model": TEXT}
SCHEMAS: dict[str, Schema] = {
    "ChatCompletion": object_of(
        {
            **_HEAD,
            "object": {"const": "chat.completion"},
            "choices": {"type": "array", "items": CHOICE},
        },
        {"usage": USAGE_OR_NULL},
    ),
    "ChatCompletionChunk": object_of(
        {
            **_HEAD,
            "object": {"const": "chat.completion.chunk"},
            "choices": {"type": "array", "items": CHUNK_CHOICE},
        },
        {"usage": USAGE_OR_NULL, "error": {"type": "object", "description": "As in an error; the stream ends here."}},
    ),
    "Usage": USAGE,
    "Model": object_of({"id": TEXT, "object": {"const": "model"}, "created": COUNT, "owned_by": TEXT}),
    "ModelList": object_of(
        {
            "object": {"const": "list"},
            "data": {"type": "array", "items": {"$ref": "#/components/schemas/Model"}},
        }
    ),
}

STREAMED = (
    "Server-sent events. The data of each is a `ChatCompletionChunk`, and of the last `[DONE]`. Lines that begin with "
    "a colon keep the connection open and say nothing. If the answer breaks off, the last chunk has an `error` and the "
    "finish reason `error`, and no `[DONE]` follows. Who closes the connection ends the answer. What had come by "
    "then is charged. With `stream_options.include_usage` the last chunk has the usage."
)
#: Of each event. Its data is told in words of JSON Schema that check nothing: `[DONE]` is no JSON.
EVENT: Schema = {
    "type": "object",
    "description": STREAMED,
    "required": ["data"],
    "properties": {
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": "#/components/schemas/ChatCompletionChunk"},
        }
    },
}


def _header(about: str, **schema: Any) -> dict[str, Any]:
    return {"description": about, "schema": {"type": "string", **schema}}


#: Of every answer.
REQUEST_ID = {
    "x-request-id": _header("Names this request, in its usage record and, should it crash, in the server's log.")
}
HEADERS = {
    **REQUEST_ID,
    "openai-processing-ms": _header("From the request to the beginning of the answer.", pattern="^[0-9]+$"),
    "x-lineup-cost": _header("US dollars, exactly; of an answer in one piece.", pattern="^[0-9]+([.][0-9]+)?$"),
    "x-ratelimit-limit-requests": _header("Requests that may run at once.", pattern="^[0-9]+$"),
    "x-ratelimit-remaining-requests": _header("How many more may run now.", pattern="^[0-9]+$"),
    "x-ratelimit-reset-requests": _header("When there may be room again, such as `1s`."),
    "x-lineup-simulated": _header("`true` where no model answered but the simulator did.", enum=["true"]),
}
