"""What a tab and the server say to each other over the comparison's socket; docs/protocol.md explains it.

Token traffic is small JSON; all else that is shown is HTML made by Django's templates.
"""

from __future__ import annotations

import uuid
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from common.texts import Text
from playground.deltas import Delta

MAX_TEXT = 1_000_000
MOST_IMAGES = 8

PhaseName = Literal["queued", "connecting", "thinking", "streaming"]
Said = Annotated[Text, Field(max_length=MAX_TEXT)]
Letter = Annotated[str, Field(pattern="^[A-H]$")]


class Frame(BaseModel):
    model_config = ConfigDict(extra="forbid")


# From the tab ----------------------------------------------------------------------------------


class Resume(Frame):
    """First frame of a connection, and whenever a frame is missing: what this tab shows.

    `lanes` are the open lanes with the `data-revision` of each. A tab that does not say its lanes gets all of them.
    What it lacks comes back as `lanes` and `lane` frames, each running answer as a `snapshot`; `resumed` closes them.
    """

    # Pages from before an update may say more; refused, they would hear nothing until somebody reloads them.
    model_config = ConfigDict(extra="ignore")

    type: Literal["resume"]
    lanes: dict[Letter, int] | None = None


class NewMessage(Frame):
    """`text` goes into these lanes, all open ones when `lanes` is empty.

    `id` is made by the tab and makes the command idempotent: a repeated one changes nothing and is acknowledged again.
    """

    id: uuid.UUID
    text: Said
    role: Literal["user", "system", "assistant"] = "user"
    lanes: list[Letter] = []
    #: Of the draft, by their own ids; they leave it.
    images: Annotated[list[uuid.UUID], Field(max_length=MOST_IMAGES)] = []

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.text and not self.images:
            raise ValueError("a message has text or images")
        return self


class Send(NewMessage):
    """Say it and let the lanes' models answer."""

    type: Literal["send"]


class Add(NewMessage):
    """Say it, but ask no model."""

    type: Literal["add"]


class Retry(Frame):
    """Drop what comes after this message in its lane (an answer itself too) and ask that lane's model again.

    One of several trials is asked for alone, in its place.
    """

    type: Literal["retry"]
    id: uuid.UUID
    message: uuid.UUID
    #: Not one trial of several alone, but as many as the lane is set to.
    all: bool = False


class Result(Frame):
    """This is what the function that an answer's call asks for gave back. A lane whose calls all have results goes on.

    With `lanes`, it is the result of every such call, of this function with these arguments, in these lanes; refused as
    a whole unless each of them waits for one. `remember` keeps it among the lanes' mock results.
    """

    type: Literal["result"]
    id: uuid.UUID
    message: uuid.UUID
    call: Annotated[str, Field(max_length=200)]
    text: Annotated[Said, Field(min_length=1)]
    lanes: list[Letter] = []
    remember: bool = False


class Choose(Frame):
    """The lane goes on with this one of several trials; at once, where it answers all its calls with mock results."""

    type: Literal["choose"]
    id: uuid.UUID
    message: uuid.UUID


class Stop(Frame):
    """Stop one lane's generation with all its trials, or all lanes'; valid before the first token."""

    type: Literal["stop"]
    id: uuid.UUID
    lane: Letter | None = None


Asking = Send | Add | Retry | Result | Choose
Command = Annotated[Resume | Send | Add | Retry | Result | Choose | Stop, Field(discriminator="type")]
COMMAND: TypeAdapter[Command] = TypeAdapter(Command)


# From the server -------------------------------------------------------------------------------


class Acknowledged(Frame):
    """The command with this id was carried out (for `stop`: every upstream connection asked for is closed)."""

    type: Literal["ack"] = "ack"
    id: uuid.UUID


class Refused(Frame):
    """A command was not carried out; `message` is a sentence for people. `id` is null if it could not be read."""

    type: Literal["error"] = "error"
    id: uuid.UUID | None = None
    code: str
    message: str


class Resumed(Frame):
    """All that a `resume` asked for was sent or, where another process has it, asked for."""

    type: Literal["resumed"] = "resumed"


class Lane(Frame):
    """The lane's transcript is now this HTML (the inside of its `[data-messages]`).

    Every change of a transcript or a head gives its lane the next revision. A tab ignores a `messages` or `ended`
    frame whose revision it already has, and sends `resume` when it sees one left out; `lane` replaces what is older.
    By its `id` the tab knows whether another lane has taken the letter.
    """

    type: Literal["lane"] = "lane"
    lane: Letter
    id: uuid.UUID
    revision: int
    html: str


class Messages(Frame):
    """These messages come at the end of the lane's transcript."""

    type: Literal["messages"] = "messages"
    lane: Letter
    revision: int
    html: str


class LaneAdded(Frame):
    """A lane was opened: `html` is its whole `<article>`, to be put where its letter sorts, or in the place of the lane
    that had the letter before: where several processes serve, of its closing may be told later.
    """

    type: Literal["lane-added"] = "lane-added"
    lane: Letter
    html: str


class LaneClosed(Frame):
    """The lane with this id is no more; another may have its letter by now, and of its opening may be told later."""

    type: Literal["lane-closed"] = "lane-closed"
    lane: Letter
    id: uuid.UUID


class LaneHead(Frame):
    """The lane has another model or other settings: `html` replaces its `.lane-head`, `label` names the lane."""

    type: Literal["lane-head"] = "lane-head"
    lane: Letter
    revision: int
    label: str
    html: str


class Lanes(Frame):
    """The tab's lanes are not those of the comparison: fetch the board again, then send `resume`."""

    type: Literal["lanes"] = "lanes"


class Title(Frame):
    type: Literal["title"] = "title"
    title: str


class DraftImages(Frame):
    """The images that are not sent are others than before; whoever may write asks for them."""

    type: Literal["draft-images"] = "draft-images"


class Phase(Frame):
    """`provider` is who answers, once that is known."""

    type: Literal["phase"] = "phase"
    lane: Letter
    answer: uuid.UUID
    phase: PhaseName
    provider: str = ""
    is_simulated: bool = False


class Deltas(Frame):
    """New text of one or more lanes: (lane, seq, text, reasoning, calls), the last two only where there are some; of
    calls of functions what is added: [place, name, arguments]. `seq` counts the deltas of the lane's running answer
    from 1; a tab that sees a number left out sends `resume`. It comes many times a second, so it is the one
    frame without a `type`. Where several trials run in a lane, the second is addressed as A2, the third as A3.
    """

    d: list[Delta]


class Snapshot(Frame):
    """All there is of a running answer, up to and including delta `seq`."""

    type: Literal["snapshot"] = "snapshot"
    lane: Letter
    answer: uuid.UUID
    seq: int
    phase: PhaseName
    text: str
    reasoning: str
    #: Of each call of a function its name and arguments.
    calls: list[tuple[str, str]] = []


class Ended(Frame):
    """The lane's running answer came to its end; `seq` is its last delta: whoever has it has the whole text.

    `html` is the inside of the message's `[data-foot]` (metrics, or what went wrong with Retry): the text itself is not
    sent twice. `calls` is the inside of its `[data-calls]`, cards of the functions that it calls. `thinking` is how
    long the model reasoned, in milliseconds.
    """

    type: Literal["ended"] = "ended"
    lane: Letter
    revision: int
    answer: uuid.UUID
    seq: int
    state: Literal["done", "stopped", "failed"]
    thinking: int | None
    html: str
    calls: str = ""


class TrialEnded(Ended):
    """One of several trials did; `spread` is the inside of their `[data-spread]`."""

    spread: str


class Chosen(Frame):
    """The lane goes on with this one of several trials; `spread` is the inside of their `[data-spread]`."""

    type: Literal["chosen"] = "chosen"
    lane: Letter
    revision: int
    message: uuid.UUID
    spread: str
    #: By message, of those that call functions: the inside of their `[data-calls]`.
    calls: dict[uuid.UUID, str] = {}
