"""What a chat completion may ask for: the parameters we know, as the OpenAI protocol has them.

A parameter that is not here goes through to the provider, who knows what it means.
"""

from __future__ import annotations

from common.shapes import Flag, ListOf, Members, Number, OneOf, Text, TextOr, Whole

MOST_CHOICES = 128
#: More tokens than any model can put out: whoever asks for more has made a mistake.
MOST_OUTPUT = 10_000_000
ROLES = ("system", "developer", "user", "assistant", "tool", "function")

FUNCTION = Members(
    {
        "name": Text(least=1),
        "description": Text(),
        "parameters": Members(about="A JSON schema of the arguments."),
        "strict": Flag(),
    },
    required=("name",),
)

TOOL_CALL = Members(
    {
        "id": Text(),
        "type": Text(),
        "function": Members({"name": Text(), "arguments": Text(about="JSON, as text.")}),
    }
)

PART = Members(
    {
        "type": Text(about="`text`, `image_url`, or another kind that the model's provider takes."),
        "text": Text(),
        "image_url": Members(
            {"url": Text(least=1, about="`https://…` or `data:image/…;base64,…`"), "detail": Text()}, required=("url",)
        ),
        "input_audio": Members({"data": Text(), "format": Text()}),
        "file": Members(),
        "refusal": Text(),
    },
    required=("type",),
    needs=("type", {kind: kind for kind in ("text", "image_url", "input_audio", "file", "refusal")}),
)

MESSAGE = Members(
    {
        "role": OneOf(ROLES),
        "content": TextOr(ListOf(PART, least=1), about="Text, or a list of parts."),
        "name": Text(),
        "tool_calls": ListOf(TOOL_CALL, about="What the assistant called."),
        "tool_call_id": Text(about="Which call this message of a tool answers."),
        "refusal": Text(),
    },
    required=("role",),
    needs=("role", {"system": "content", "developer": "content", "user": "content"}),
)

RESPONSE_FORMAT = Members(
    {
        "type": Text(about="`text`, `json_object` or `json_schema`."),
        "json_schema": Members(
            {"name": Text(), "description": Text(), "schema": Members(about="A JSON schema."), "strict": Flag()}
        ),
    },
    required=("type",),
    needs=("type", {"json_schema": "json_schema"}),
)

CHAT = Members(
    {
        "model": Text(
            least=1,
            about="The ID of a model, as `GET /v1/models` lists it, or `team/project/name:v3` for a saved one.",
        ),
        "messages": ListOf(MESSAGE, least=1, about="The conversation so far."),
        "stream": Flag(about="Send the answer as server-sent events while it is made."),
        "stream_options": Members(
            {"include_usage": Flag(about="Send a last event with the usage of the whole answer.")},
            about="Only with `stream`.",
        ),
        "max_completion_tokens": Whole(1, MOST_OUTPUT, about="Most tokens of an answer, reasoning included."),
        "max_tokens": Whole(1, MOST_OUTPUT, about="The older name of `max_completion_tokens`; give one of them."),
        "n": Whole(1, MOST_CHOICES, about="How many answers to make; each is charged."),
        "temperature": Number(0, 2),
        "top_p": Number(0, 1),
        "frequency_penalty": Number(-2, 2),
        "presence_penalty": Number(-2, 2),
        "stop": TextOr(ListOf(Text(), most=16), about="Where to stop: one text, or up to 16."),
        "seed": Whole(-(2**63), 2**63 - 1),
        "logit_bias": Members(
            others=Number(-100, 100), most=10_000, about="From token IDs to what is added to their logits."
        ),
        "logprobs": Flag(about="Give the log probability of each token."),
        "top_logprobs": Whole(0, 20, about="How many likely tokens to give at each place; only with `logprobs`."),
        "response_format": RESPONSE_FORMAT,
        "tools": ListOf(
            Members(
                {"type": Text(about="`function`."), "function": FUNCTION},
                required=("type",),
                needs=("type", {"function": "function"}),
            ),
            most=128,
            about="What the model may call.",
        ),
        "tool_choice": TextOr(
            Members({"type": Text(), "function": Members({"name": Text()})}),
            about="`none`, `auto`, `required`, or the one function to call.",
        ),
        "parallel_tool_calls": Flag(),
        "functions": ListOf(FUNCTION, most=128, about="The older form of `tools`."),
        "function_call": TextOr(Members({"name": Text()}), about="The older form of `tool_choice`."),
        "reasoning_effort": Text(about="How long to think: `none`, `low`, `medium`, `high`, as the model has it."),
        "modalities": ListOf(Text()),
        "prediction": Members(),
        "audio": Members(),
        "metadata": Members(),
        "store": Flag(),
        "service_tier": Text(),
        "user": Text(about="Whom you ask for, in your own terms."),
    },
    required=("model", "messages"),
    about="A conversation to be continued. Members that are not listed here go through to the provider.",
)  # fmt: skip
