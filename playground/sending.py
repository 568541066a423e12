"""Sending messages and results to lanes, and asking a lane again: the rows of it, in one transaction and once only."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.caller import Caller
from billing import processes, writer
from common import draining
from playground import mocks, protocol, reaper, results
from playground.broadcast import head_frame, transcript_frame
from playground.errors import Refusal, blind, busy, gone
from playground.images import keeping
from playground.lanes import changed
from playground.models import Answer, Attachment, Command, Comparison, Lane, Message
from playground.prompt import Prompt, is_answerable, prompt_for
from playground.rendering import messages_html
from playground.tool_calls import are_answered, awaited

TITLE_LENGTH = 80
#: Seconds until the writer of the books has to have heard us.
BOOKS_PATIENCE = 10


@dataclass(slots=True)
class Sent:
    """Frames for all tabs, and answers to be written once these are on their way."""

    frames: list[protocol.Frame] = field(default_factory=list)
    prompts: list[Prompt] = field(default_factory=list)


def send(comparison: Comparison, command: protocol.NewMessage, caller: Caller) -> Sent:
    sent = _prepared(comparison)
    with transaction.atomic():
        if not _is_new(comparison, command.id):
            return sent
        lanes = _free_lanes(comparison, command.lanes)
        images = keeping.taken(comparison, command.images, command.role)
        added = [(lane, _add_to(lane, command, images)) for lane in lanes]
        _check_asked(command, added)
        is_named = _remember(comparison, command.text or ", ".join(image.name for image in images))
        sent.prompts += [
            prompt_for(answer, lane, caller) for lane, messages in added if (answer := messages[-1].made_by)
        ]
    for lane, messages in added:
        sent.frames.append(_came(lane, messages))
    if is_named:
        sent.frames.append(protocol.Title(title=str(comparison)))
    if images:
        sent.frames.append(protocol.DraftImages())
    return sent


def retry(comparison: Comparison, command: protocol.Retry, caller: Caller) -> Sent:
    sent = _prepared(comparison)
    with transaction.atomic():
        if not _is_new(comparison, command.id):
            return sent
        message = _message(comparison, command.message)
        [lane] = _free_lanes(comparison, [message.lane.letter])
        _drop_after(message)
        last = lane.messages.last()
        if last and not is_answerable(last, lane):
            raise blind([lane.letter])
        sent.prompts.append(prompt_for(_ask(lane, last), lane, caller))
        changed(lane)
    sent.frames.append(transcript_frame(lane))
    return sent


def give(comparison: Comparison, command: protocol.Result, caller: Caller) -> Sent:
    """A result of a function, in its lane and others that made the same call; those that wait for no other go on."""
    sent = _prepared(comparison)
    with transaction.atomic():
        if not _is_new(comparison, command.id):
            return sent
        message = _message(comparison, command.message)
        lanes = _free_lanes(comparison, [message.lane.letter, *command.lanes])
        # Again, now that nobody else can change it.
        message.refresh_from_db(fields=["tool_calls"])
        results.put(lanes, message, command)
        for lane in lanes:
            sent.prompts += _go_on(lane, caller)
            changed(lane)
    for lane in lanes:
        sent.frames += [transcript_frame(lane), *([head_frame(lane)] if command.remember else [])]
    return sent


def go_on_with_mocks(lane: Lane, caller: Caller) -> list[Prompt]:
    """Of a locked lane whose answer has just ended; in the same transaction, so that a stop finds one or the other."""
    if draining.is_on() or not mocks.fill(lane):
        return []
    prompts = _go_on(lane, caller)
    changed(lane)
    return prompts


def _go_on(lane: Lane, caller: Caller) -> list[Prompt]:
    """The model is asked again when all its calls have results."""
    last = lane.messages.last()
    if last is None or not are_answered(last.calls):
        return []
    return [prompt_for(_ask(lane, last), lane, caller)]


def _came(lane: Lane, messages: list[Message]) -> protocol.Frame:
    """What waited for a result before waits no more, and is shown so."""
    before = lane.messages.filter(pk__lt=messages[0].pk).only("tool_calls").last()
    if before and awaited(before.calls):
        return transcript_frame(lane)
    return protocol.Messages(lane=lane.letter, revision=lane.revision, html=messages_html(messages))


def _prepared(comparison: Comparison) -> Sent:
    """An answer names its process, so the books have to know that one; and the dead may block no lane."""
    draining.refuse()
    if not processes.living([processes.current()]):
        writer.run(processes.beat).result(timeout=BOOKS_PATIENCE)
    return Sent(frames=[transcript_frame(lane) for lane in reaper.reap(comparison)])


def _is_new(comparison: Comparison, command_id: uuid.UUID) -> bool:
    """A repeated command waits here for the first one's transaction, and finds it done."""
    own_id = uuid.uuid5(comparison.pk, str(command_id))
    return Command.objects.get_or_create(id=own_id, defaults={"comparison": comparison})[1]


def _free_lanes(comparison: Comparison, letters: Sequence[str]) -> list[Lane]:
    """The open lanes of these letters, or all, locked; refused as a whole if one of them is answering."""
    # Locked before they are joined with their models, as lanes.locked does it.
    locked = [lane.pk for lane in comparison.lanes.open().select_for_update() if not letters or lane.letter in letters]
    lanes = list(comparison.lanes.filter(pk__in=locked).select_related("comparison", "model"))
    missing = sorted(set(letters) - {lane.letter for lane in lanes})
    if missing:
        raise Refusal("lane_not_found", f"There is no lane {', '.join(missing)} any more.")
    running = set(Answer.objects.running().filter(lane__in=lanes).values_list("lane_id", flat=True))
    if running:
        raise busy([lane.letter for lane in lanes if lane.pk in running])
    return lanes


def _add_to(lane: Lane, command: protocol.NewMessage, images: Sequence[Attachment]) -> list[Message]:
    added = [Message.objects.create(lane=lane, role=command.role, text=command.text, turn=command.id)]
    keeping.show(images, added[0])
    if isinstance(command, protocol.Send) and is_answerable(added[0], lane):
        added.append(_ask(lane, added[0]).message)
    added[-1].is_latest = added[-1].role == Message.Role.ASSISTANT
    changed(lane)
    return added


def _check_asked(command: protocol.NewMessage, added: Sequence[tuple[Lane, list[Message]]]) -> None:
    """Images alone say nothing to who cannot see; somebody has to."""
    if isinstance(command, protocol.Send) and all(messages[-1].made_by is None for _, messages in added):
        raise blind([lane.letter for lane, _ in added])


def _ask(lane: Lane, question: Message | None) -> Answer:
    """The database takes only one running answer for a lane, whoever else asks in this moment."""
    turn = question.turn if question else None
    message = Message.objects.create(lane=lane, role=Message.Role.ASSISTANT, turn=turn)
    try:
        return Answer.objects.create(message=message, lane=lane, model=lane.model.model_id, process=processes.current())
    except IntegrityError as error:
        raise busy([lane.letter]) from error


def _message(comparison: Comparison, message_id: uuid.UUID) -> Message:
    here = Message.objects.filter(lane__comparison=comparison, lane__closed_at=None).select_related("lane")
    message = here.filter(pk=message_id).first()
    if message is None:
        raise gone()
    return message


def _drop_after(message: Message) -> None:
    """An answer goes too: it is what is asked for again."""
    later = message.lane.messages.filter(pk__gt=message.pk)
    if message.role == Message.Role.ASSISTANT:
        later = message.lane.messages.filter(pk__gte=message.pk)
    later.delete()
    if not message.lane.messages.exists():
        raise Refusal("nothing_to_answer", "There is no message before this answer that could be answered again.")


def _remember(comparison: Comparison, text: str) -> bool:
    """Returns whether these words are now its title: somebody may have named it since it was read."""
    comparison.draft, comparison.updated_at = "", timezone.now()
    comparison.save(update_fields=["draft", "updated_at"])
    title = " ".join(text.split())[:TITLE_LENGTH]
    is_named = bool(Comparison.objects.filter(pk=comparison.pk, title="").update(title=title))
    if is_named:
        comparison.title = title
    return is_named
