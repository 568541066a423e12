"""A chat completion as it is asked for, checked; what a member does not name is accepted and ignored."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator.drills import Drill, read_drill
from simulator.errors import BadRequest

Penalty = Annotated[float, Field(ge=-2, le=2)]


class Part(BaseModel):
    model_config = ConfigDict(extra="allow")
    type: Literal["text", "image_url", "refusal"]
    text: str = ""
    refusal: str = ""
    image_url: dict[str, Any] | None = None


class Message(BaseModel):
    model_config = ConfigDict(extra="allow")
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None
    tool_calls: list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text or part.refusal for part in self.content if part.type != "image_url")
        return self.content or ""


class Function(BaseModel):
    name: Annotated[str, Field(min_length=1)]
    description: str | None = None
    parameters: dict[str, Any] | None = None


class Tool(BaseModel):
    type: Literal["function"]
    function: Function


class JsonSchema(BaseModel):
    name: str = ""
    schema_: dict[str, Any] = Field(default_factory=dict, alias="schema")


class ResponseFormat(BaseModel):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None


class StreamOptions(BaseModel):
    include_usage: bool = False
    continuous_usage_stats: bool = False


class ChatRequest(BaseModel):
    model_config = ConfigDict(extra="allow")
    model: Annotated[str, Field(min_length=1)]
    messages: Annotated[list[Message], Field(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=128)] | None = None
    stop: str | Annotated[list[str], Field(max_length=16)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    seed: int | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    frequency_penalty: Penalty | None = None
    presence_penalty: Penalty | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    response_format: ResponseFormat | None = None
    tools: Annotated[list[Tool], Field(max_length=128)] | None = None
    tool_choice: Literal["none", "auto", "required"] | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high"] | None = None

    drill: Annotated[Drill, Field(exclude=True)] = Field(default_factory=Drill)

    @property
    def choices(self) -> int:
        return self.n or 1

    @property
    def limit(self) -> int | None:
        return self.max_completion_tokens if self.max_completion_tokens is not None else self.max_tokens

    @property
    def stops(self) -> list[str]:
        stops = [self.stop] if isinstance(self.stop, str) else self.stop or []
        return [stop for stop in stops if stop]

    @property
    def question(self) -> str:
        """What was said last by someone who wants an answer."""
        return next((message.text for message in reversed(self.messages) if message.role == "user"), "")


def read_request(body: Any) -> ChatRequest:
    """Raises BadRequest that names the parameter."""
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object.", code="invalid_type")
    drill = read_drill(body.get("simulate"))
    try:
        request = ChatRequest.model_validate({key: value for key, value in body.items() if key != "drill"})
    except ValidationError as error:
        errors = error.errors(include_url=False)
        # Of what may be one of two kinds, the reading that came furthest says best what is wrong.
        worst = max((one for one in errors if one["loc"][:1] == errors[0]["loc"][:1]), key=lambda one: len(one["loc"]))
        param = path_of(worst["loc"])
        raise BadRequest(f"'{param}': {worst['msg']}.", param=param) from error
    _check_combinations(request)
    return request.model_copy(update={"drill": drill})


def _check_combinations(request: ChatRequest) -> None:
    if request.top_logprobs is not None and not request.logprobs:
        raise BadRequest("'top_logprobs' needs 'logprobs' to be true.", param="top_logprobs")
    if request.stream_options is not None and not request.stream:
        raise BadRequest("'stream_options' needs 'stream' to be true.", param="stream_options")
    if request.tool_choice not in (None, "none", "auto") and not request.tools:
        raise BadRequest("'tool_choice' needs 'tools'.", param="tool_choice")
    wanted = request.response_format
    if wanted and wanted.type == "json_schema" and wanted.json_schema is None:
        raise BadRequest("A 'json_schema' must be given.", param="response_format.json_schema")


def path_of(location: tuple[int | str, ...]) -> str:
    """messages[0].content of pydantic's ("messages", 0, "content", "list[Part]", …): its type labels are left out."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part.isidentifier() and part not in ("str", "Part"):
            path += f".{part}" if path else part
    return path
