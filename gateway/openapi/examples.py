"""Requests and answers as the document shows them."""

from __future__ import annotations

from typing import Any

MODEL_ID = "meta-llama/Llama-3.1-8B-Instruct"
MODEL: dict[str, Any] = {"id": MODEL_ID, "object": "model", "created": 1764000000, "owned_by": "Meta"}
MODEL_LIST = {"object": "list", "data": [MODEL]}

#: One black pixel.
DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg=="
)
JOKE = [
    {"role": "system", "content": "You are a helpful assistant."},
    {"role": "user", "content": "Tell me a joke."},
]
REQUESTS: dict[str, Any] = {
    "whole": {"summary": "An answer in one piece", "value": {"model": MODEL_ID, "messages": JOKE}},
    "streamed": {
        "summary": "An answer while it is made",
        "value": {
            "model": MODEL_ID,
            "messages": JOKE,
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": 200,
        },
    },
    "image": {
        "summary": "A question about an image",
        "value": {
            "model": "meta-llama/Llama-4-Scout-17B-16E-Instruct",
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "What is on this picture?"},
                        {"type": "image_url", "image_url": {"url": DOT}},
                    ],
                }
            ],
        },
    },
}

ANSWER: dict[str, Any] = {
    "id": "chatcmpl-7f3c",
    "object": "chat.completion",
    "created": 1764000000,
    "model": MODEL_ID,
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Two atoms meet. “I lost an electron!” “Are you positive?”"},
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 24, "completion_tokens": 16, "total_tokens": 40},
}

_CHUNK = (
    'data: {"id":"chatcmpl-7f3c","object":"chat.completion.chunk","created":1764000000,'
    f'"model":"{MODEL_ID}","choices":[{{"index":0,"delta":%s,"finish_reason":%s}}]}}\n\n'
)
STREAM = (
    _CHUNK % ('{"role":"assistant","content":""}', "null")
    + _CHUNK % ('{"content":"Two atoms meet."}', "null")
    + _CHUNK % ("{}", '"stop"')
    + "data: [DONE]\n\n"
)
