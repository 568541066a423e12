"""Sending messages and results to lanes, and asking a lane again: the rows of it, in one transaction and once only."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.caller import Caller
from billing import processes, writer
from common import draining
from playground import mocks, protocol, reaper, results, trials
from playground.broadcast import chosen_frame, head_frame, made, transcript_frame
from playground.errors import Refusal, blind, busy, gone
from playground.images import keeping
from playground.lanes import changed
from playground.models import Answer, Attachment, Command, Comparison, Lane, Message
from playground.models.comparisons import title_of
from playground.prompt import Prompt, is_answerable, prompts_for
from playground.rendering import messages_html
from playground.siblings import find_siblings, mark_end
from playground.tool_calls import are_answered, awaited
from playground.trials import after, all_of, ask, ask_again, ask_once

#: Seconds until the writer of the books has to have heard us.
BOOKS_PATIENCE = 10 * settings.DATABASE_PATIENCE


class Sent(NamedTuple):
    """Frames for all tabs, and answers to be written once these are on their way."""

    frames: list[protocol.Frame]
    prompts: list[Prompt]


class Done(NamedTuple):
    """What a verb has done in its transaction."""

    prompts: list[Prompt]
    #: What tabs are told of it, which is made when nobody waits for the rows any more.
    told: Callable[[], list[protocol.Frame]]


NOTHING = Done([], list)


def carry_out(comparison: Comparison, command: protocol.Asking, caller: Caller) -> Sent:
    """In one transaction, and once only however often the command comes. Raises Refusal."""
    _prepare(comparison)
    with transaction.atomic():
        is_new = _is_new(comparison, command.id)
        done = VERBS[type(command)](comparison, command, caller) if is_new else NOTHING
    return Sent(made(comparison.pk, done.told), done.prompts)


def send(comparison: Comparison, command: protocol.NewMessage, caller: Caller) -> Done:
    lanes = _free_lanes(comparison, command.lanes)
    images = keeping.taken(comparison, command.images, command.role)
    added = [(lane, _add_to(lane, command, images)) for lane in lanes]
    _check_asked(command, added)
    is_named = _remember(comparison, command.text or ", ".join(image.name for image in images))
    prompts = [prompt for lane, messages in added for prompt in _prompts(messages[-1], lane, caller)]

    def told() -> list[protocol.Frame]:
        frames = [_came(lane, messages) for lane, messages in added]
        if is_named:
            frames.append(protocol.Title(title=str(comparison)))
        if images:
            frames.append(protocol.DraftImages())
        return frames

    return Done(prompts, told)


def retry(comparison: Comparison, command: protocol.Retry, caller: Caller) -> Done:
    message = _message(comparison, command.message)
    [lane] = _free_lanes_of(message)
    prompts = prompts_for(_ask_again(lane, message, whole=command.all), lane, caller)
    changed(lane)
    return Done(prompts, lambda: [transcript_frame(lane)])


def give(comparison: Comparison, command: protocol.Result, caller: Caller) -> Done:
    """A result of a function, in its lane and others that made the same call; those that wait for no other go on."""
    message = _message(comparison, command.message)
    lanes = _free_lanes_of(message, *command.lanes)
    results.put(lanes, message, command)
    prompts = [prompt for lane in lanes for prompt in _go_on(lane, caller)]
    for lane in lanes:
        changed(lane)
    frames = [transcript_frame, head_frame] if command.remember else [transcript_frame]
    return Done(prompts, lambda: [frame(lane) for lane in lanes for frame in frames])


def choose(comparison: Comparison, command: protocol.Choose, caller: Caller) -> Done:
    """One of several trials, with which its lane goes on; at once, where mock results answer all its calls."""
    message = _message(comparison, command.message)
    lane = trials.choose(message)
    if lane is None:
        return NOTHING
    prompts = go_on_with_mocks(lane, caller)
    return Done(prompts, lambda: [transcript_frame(lane) if prompts else chosen_frame(lane, message)])


#: What may make models answer.
VERBS: dict[type, Callable[[Comparison, Any, Caller], Done]] = {
    protocol.Send: send,
    protocol.Add: send,
    protocol.Retry: retry,
    protocol.Result: give,
    protocol.Choose: choose,
}


def go_on_with_mocks(lane: Lane, caller: Caller) -> list[Prompt]:
    """Of a locked lane one of whose answers has just ended, or been chosen; in the same transaction, so that a stop
    finds one or other.

    Of several trials the last to end is waited for, and the chosen one is gone on from.
    """
    if draining.is_on() or lane.answers.running().exists() or not mocks.fill(lane):
        return []
    prompts = _go_on(lane, caller)
    changed(lane)
    return prompts


def _go_on(lane: Lane, caller: Caller) -> list[Prompt]:
    """The model is asked again when all its calls have results; once, however many trials its lane is set to."""
    last = lane.messages.chosen().last()
    if last is None or not are_answered(last.calls):
        return []
    return prompts_for([ask_once(lane, last.turn)], lane, caller)


def _came(lane: Lane, messages: list[Message]) -> protocol.Frame:
    """What waited for a result before waits no more, and is shown so."""
    before = lane.messages.filter(pk__lt=messages[0].pk).last()
    if before and any(awaited(message.calls) for message in all_of(before)):
        return transcript_frame(lane)
    return protocol.Messages(lane=lane.letter, revision=lane.revision, html=messages_html(messages))


def _prepare(comparison: Comparison) -> None:
    """An answer names its process, so the books have to know that one; and the dead may block no lane."""
    draining.refuse()
    if not processes.living([processes.current()]):
        writer.run(processes.beat).result(timeout=BOOKS_PATIENCE)
    reaper.reap(comparison)


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
    if not lanes:
        raise Refusal("lane_not_found", "There is no lane here any more.")
    running = set(Answer.objects.running().filter(lane__in=lanes).values_list("lane_id", flat=True))
    if running:
        raise busy([lane.letter for lane in lanes if lane.pk in running])
    return lanes


def _free_lanes_of(message: Message, *others: str) -> list[Lane]:
    """The message's and those with these letters, as above."""
    lanes = _free_lanes(message.lane.comparison, [message.lane.letter, *others])
    # Its own may have been closed since it was looked up, and its letter be another's now.
    if message.lane_id not in [lane.pk for lane in lanes]:
        raise gone()
    message.look_again()
    return lanes


def _add_to(lane: Lane, command: protocol.NewMessage, images: Sequence[Attachment]) -> list[Message]:
    added = [Message.objects.create(lane=lane, role=command.role, text=command.text, turn=command.id)]
    keeping.show(images, added[0])
    if isinstance(command, protocol.Send) and is_answerable(added[0], lane):
        asked = [answer.message for answer in ask(lane, command.id)]
        find_siblings(asked)
        added.append(asked[0])
    mark_end(added)
    changed(lane)
    return added


def _check_asked(command: protocol.NewMessage, added: Sequence[tuple[Lane, list[Message]]]) -> None:
    """Images alone say nothing to who cannot see; somebody has to."""
    if isinstance(command, protocol.Send) and all(messages[-1].made_by is None for _, messages in added):
        raise blind([lane.letter for lane, _ in added])


def _prompts(last: Message, lane: Lane, caller: Caller) -> list[Prompt]:
    """None where no model is asked."""
    answers = [answer for message in last.siblings or [last] if (answer := message.made_by)]
    return prompts_for(answers, lane, caller) if answers else []


def _message(comparison: Comparison, message_id: uuid.UUID) -> Message:
    here = Message.objects.filter(lane__comparison=comparison, lane__closed_at=None).select_related("lane__comparison")
    message = here.filter(pk=message_id).first()
    if message is None:
        raise gone()
    return message


def _ask_again(lane: Lane, message: Message, *, whole: bool) -> list[Answer]:
    """One trial of several keeps its place among the others, unless the `whole` turn is asked again."""
    is_one_of_several = message.trials is not None and not whole
    _drop_after(message, with_siblings=not is_one_of_several)
    said = lane.messages.chosen()
    question = (said.exclude(trials=message.trials) if is_one_of_several else said).last()
    if question and not is_answerable(question, lane):
        raise blind([lane.letter])
    if is_one_of_several:
        return ask_again(lane, message)
    turn = question.turn if question else None
    return [ask_once(lane, turn)] if question and question.calls else ask(lane, turn)


def _drop_after(message: Message, *, with_siblings: bool) -> None:
    """An answer goes too: it is what is asked for again."""
    after(message).delete()
    before = message.lane.messages.all()
    if message.role == Message.Role.ASSISTANT:
        before = before.exclude(pk__in=list(all_of(message).values_list("pk", flat=True)))
        (all_of(message) if with_siblings else Message.objects.filter(pk=message.pk)).delete()
    if not before.exists():
        raise Refusal("nothing_to_answer", "There is no message before this answer that could be answered again.")


def _remember(comparison: Comparison, text: str) -> bool:
    """Returns whether these words are now its title: somebody may have named it since it was read."""
    comparison.draft, comparison.updated_at = "", timezone.now()
    comparison.save(update_fields=["draft", "updated_at"])
    title = title_of(text)
    is_named = bool(Comparison.objects.filter(pk=comparison.pk, title="").update(title=title))
    if is_named:
        comparison.title = title
    return is_named
