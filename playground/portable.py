"""A comparison as a file that another Lineup can read: the shape of it, every field of which is checked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from common.texts import Text
from playground.assembly import MOST_CALLS
from playground.errors import Refusal
from playground.models import LETTERS
from playground.parameters import MOST_TRIALS
from playground.protocol import MOST_IMAGES

FORMAT = "lineup-comparison"
VERSION = 1
#: Bytes of a file.
MOST_BYTES = 48_000_000
MOST_MESSAGES = 2_000
#: Each is decoded, one after the other; and each may be shown by several messages.
MOST_IMAGES_IN_FILE, MOST_SHOWN = 200, 2_000
LARGEST_INTEGER = 2**31 - 1


def _in_this_age(moment: datetime) -> datetime:
    """Others cannot be told in every time zone."""
    if not 1970 <= moment.year <= 2999:
        raise ValueError("the year has to be between 1970 and 2999")
    return moment


Text30 = Annotated[Text, Field(max_length=30)]
Text100 = Annotated[Text, Field(max_length=100)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Text120 = Annotated[Text, Field(max_length=120)]
Text400 = Annotated[Text, Field(max_length=400)]
Text200 = Annotated[Text, Field(max_length=200)]
Count = Annotated[int, Field(strict=True, ge=0, le=LARGEST_INTEGER)]
Flag = Annotated[bool, Field(strict=True)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_this_age)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Error(Shape):
    code: Text100
    who: Literal["you", "provider", "limit", "lineup"]
    message: Text


class Usage(Shape):
    prompt_tokens: Count | None
    completion_tokens: Count | None
    reasoning_tokens: Count | None
    #: Who counted.
    certainty: Literal["", "reported", "estimated", "checkpoint"]


class Structure(Shape):
    """Whether it is the JSON that it was asked to be."""

    format: Literal["json_object", "json_schema"]
    state: Literal["valid", "invalid", "not_json", "cut_off", "unchecked"]
    path: Text400
    message: Text400


class Answer(Shape):
    """How an assistant's message came about."""

    state: Literal["done", "stopped", "failed"]
    model: Text200
    provider: Text100
    is_simulated: Flag
    reasoning: Text
    finish_reason: Text30
    error: Error | None
    usage: Usage
    cost_pico_usd: Annotated[int, Field(strict=True, ge=0, lt=2**63)] | None
    ttft_ms: Count | None
    thinking_ms: Count | None
    duration_ms: Count | None
    started_at: Moment
    ended_at: Moment | None
    structure: Structure | None = None


class ToolCall(Shape):
    """A function that an assistant's message calls, and what it gave back."""

    id: Annotated[Text200, Field(min_length=1)]
    name: Text200
    arguments: Text
    result: Text | None = None
    #: Who gave the result.
    by: Literal["", "person", "mock"] = ""
    is_cut: Flag = False


class Attachment(Shape):
    """An image of a message; what it shows is in the file's `images`, by its digest."""

    name: Text100
    note: Text100 = ""
    sha256: Digest


class Said(Shape):
    text: Text
    tool_calls: Annotated[list[ToolCall], Field(max_length=MOST_CALLS)] = []
    created_at: Moment
    edited_at: Moment | None
    answer: Answer | None = None
    #: Its number among answers that were asked for at once.
    trial: Annotated[int, Field(strict=True, ge=1, le=MOST_TRIALS)] = 1

    @model_validator(mode="after")
    def _calls_are_told_apart(self) -> Self:
        if len({call.id for call in self.tool_calls}) < len(self.tool_calls):
            raise ValueError("two calls of a message have the same id")
        return self


class Message(Said):
    role: Literal["system", "user", "assistant"]
    #: Answers that were asked for with this one, but not chosen.
    other_trials: Annotated[list[Said], Field(max_length=MOST_TRIALS - 1)] = []
    images: Annotated[list[Attachment], Field(max_length=MOST_IMAGES)] = []

    @model_validator(mode="after")
    def _only_models_answer(self) -> Self:
        if (self.answer or self.other_trials) and self.role != "assistant":
            raise ValueError("only a message of the assistant has an answer")
        if self.role != "assistant" and self.tool_calls:
            raise ValueError("only a message of the assistant calls functions")
        if self.images and self.role != "user":
            raise ValueError("only a message of the user has images")
        if len({self.trial, *(other.trial for other in self.other_trials)}) <= len(self.other_trials):
            raise ValueError("two trials have the same number")
        return self


class Lane(Shape):
    letter: Annotated[str, Field(pattern=f"^[{LETTERS}]$")]
    model: Text200
    system_prompt: Text
    settings: dict[Text100, JsonValue]
    is_traced: Flag
    mocks: dict[Text200, JsonValue] = {}
    is_mocked: Flag = False
    trials: Annotated[int, Field(strict=True, ge=1, le=MOST_TRIALS)] = 1
    messages: Annotated[list[Message], Field(max_length=MOST_MESSAGES)]


class Portable(Shape):
    format: Literal["lineup-comparison"]
    version: Literal[1]
    title: Text120
    created_at: Moment
    lanes: Annotated[list[Lane], Field(min_length=1, max_length=len(LETTERS))]
    #: Base64, by their digests.
    images: Annotated[dict[Digest, str], Field(max_length=MOST_IMAGES_IN_FILE)] = {}

    @model_validator(mode="after")
    def _shows_few_images(self) -> Self:
        if sum(len(message.images) for lane in self.lanes for message in lane.messages) > MOST_SHOWN:
            raise ValueError(f"its messages have more than {MOST_SHOWN} images")
        return self


class _Head(BaseModel):
    """Enough to say that a file is of another version before all else of it is found strange."""

    format: str
    version: Annotated[int, Field(strict=True)]


_PORTABLE: TypeAdapter[Portable] = TypeAdapter(Portable)


def read(content: bytes) -> Portable:
    """Raises Refusal that names the place where the file is not as it has to be."""
    # Some editors begin a file with a mark of its byte order.
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        _check_head(content)
        return _PORTABLE.validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise broken(place(first["loc"]), first["msg"]) from error


def _check_head(content: bytes) -> None:
    head = _Head.model_validate_json(content)
    if head.format != FORMAT:
        raise broken("format", f"This is not a comparison exported from Lineup, which says “{FORMAT}” here")
    if head.version != VERSION:
        raise broken("version", f"The file is of version {str(head.version)[:12]}; this Lineup reads version {VERSION}")


def place(path: tuple[int | str, ...]) -> str:
    """As in `lanes[0].messages[3].role`; nothing for the file as a whole."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).lstrip(".")[:200]


def broken(where: str, what: str) -> Refusal:
    return Refusal("bad_file", f"{where}: {what}." if where else f"The file cannot be read: {what}.")
