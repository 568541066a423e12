"""A comparison read from a file: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.models import Project, User
from common.ids import uuid7
from inference_catalog.models import Model
from playground import portable
from playground.comparisons import first_model
from playground.images import importing as images
from playground.images.fitting import Picture
from playground.models import Answer, Comparison, Lane, Message
from playground.models.comparisons import LONGEST_TITLE
from playground.parameters import APART
from playground.setting import as_fields, values_of
from playground.settings_form import LaneSettingsForm

MARK = " (imported)"


@dataclass(slots=True)
class Imported:
    comparison: Comparison
    #: What is not as in the file, as sentences.
    remarks: list[str] = field(default_factory=list)


def import_file(user: User, project: Project, content: bytes) -> Imported:
    """Raises Refusal that names the place where the file is not as it has to be."""
    read = portable.read(content)
    models, remarks = _models(read, project)
    lanes = [_lane(lane, models[lane.model], at) for at, lane in enumerate(read.lanes)]
    if len({lane.letter for lane in lanes}) < len(lanes):
        raise portable.broken("lanes", "Two lanes have the same letter")
    pictures = images.read(read)
    return Imported(_write(user, project, read, lanes, pictures, remarks), remarks)


def _models(read: portable.Portable, project: Project) -> tuple[dict[str, Model], list[str]]:
    """By the names in the file. A model that there is not here is stood in for by the first that there is."""
    names = list(dict.fromkeys(lane.model for lane in read.lanes))
    listed = Model.objects.listed(project.team_id)
    models = {model.model_id: model for model in listed.filter(model_id__in=names)}
    remarks = []
    for name in names:
        if name not in models:
            first = first_model(project.team_id)
            if first is None:
                raise portable.broken("lanes[0].model", "No provider serves a model here yet")
            models[name] = first
            remarks.append(f"There is no model called “{name[:100]}” here: {first.name} stands in its place.")
    return models, remarks


def _lane(read: portable.Lane, model: Model, at: int) -> Lane:
    lane = Lane(
        letter=read.letter,
        model=model,
        system_prompt=read.system_prompt,
        settings=dict(read.settings),
        is_traced=read.is_traced,
        mocks=read.mocks,
        is_mocked=read.is_mocked,
        trials=read.trials,
    )
    lane.settings = _settings(lane, f"lanes[{at}]")
    return lane


def _settings(lane: Lane, where: str) -> dict[str, Any]:
    """Such as could have been typed into a lane's form."""
    try:
        form = LaneSettingsForm(as_fields(values_of(lane)))
        is_valid = form.is_valid()
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise portable.broken(f"{where}.settings", "A value is of the wrong kind") from error
    if not is_valid:
        name, sentences = next(iter(form.errors.items()))
        named = "response_format" if name == "schema" else name
        inside = name if name in APART else f"settings.{named}"
        raise portable.broken(f"{where}.{inside}", str(sentences[0]).rstrip("."))
    given = lane.settings
    parameters = given.keys() - set(APART)
    taken = {name: value for name, value in form.values.items() if name in parameters and value is not None}
    for name in given:
        if name not in taken or taken[name] != given[name] or isinstance(given[name], bool):
            raise portable.broken(f"{where}.settings.{name[:100]}", "This is not a setting as lanes have them")
    return taken


@transaction.atomic
def _write(
    user: User,
    project: Project,
    read: portable.Portable,
    lanes: Sequence[Lane],
    pictures: Mapping[str, Picture],
    remarks: list[str],
) -> Comparison:
    comparison = Comparison.objects.create(
        project=project, created_by=user, title=_marked(read.title), created_at=read.created_at
    )
    for lane in lanes:
        lane.comparison = comparison
    Lane.objects.bulk_create(lanes)
    each = [(lane, message) for lane, of in zip(lanes, read.lanes, strict=True) for message in of.messages]
    said = [pair for lane, message in each for pair in _messages(lane, message)]
    Message.objects.bulk_create(message for message, _ in said)
    Answer.objects.bulk_create(_answer(message, shape.answer) for message, shape in said if shape.answer)
    with_images = [(message, shape) for message, shape in said if isinstance(shape, portable.Message)]
    remarks += dict.fromkeys(images.write(comparison, with_images, pictures))
    return comparison


def _marked(title: str) -> str:
    """Told apart from what it was exported of; once, however often it travels."""
    return f"{title.removesuffix(MARK)[: LONGEST_TITLE - len(MARK)]}{MARK}" if title else ""


def _messages(lane: Lane, read: portable.Message) -> Iterator[tuple[Message, portable.Said]]:
    """With its other trials after it: they are told apart by their numbers."""
    trials = uuid7() if read.other_trials else None
    for said in (read, *read.other_trials):
        message = Message(
            lane=lane,
            role=read.role,
            text=said.text,
            tool_calls=[call.model_dump() for call in said.tool_calls],
            created_at=said.created_at,
            edited_at=said.edited_at,
            trials=trials,
            trial=said.trial,
            is_chosen=said is read,
        )
        yield message, said


def _answer(message: Message, read: portable.Answer) -> Answer:
    plain = read.model_dump(exclude={"usage", "cost_pico_usd", "error"})
    error = read.error.model_dump() if read.error else None
    return Answer(
        message=message,
        lane=message.lane,
        trial=message.trial,
        error=error,
        cost=read.cost_pico_usd,
        **read.usage.model_dump(),
        **plain,
    )
