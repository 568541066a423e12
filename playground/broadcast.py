"""Telling all tabs of a comparison, whichever process they are connected to."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from playground import protocol
from playground.models import Lane, Message
from playground.paging import tail
from playground.rendering import calls_html, head_html, lane_html, messages_html, spread_html

log = logging.getLogger(__name__)


def group_of(comparison_id: uuid.UUID) -> str:
    return f"comparison.{comparison_id.hex}"


async def publish(comparison_id: uuid.UUID, text: str) -> None:
    await get_channel_layer().group_send(group_of(comparison_id), {"type": "frame", "text": text})


async def announce(comparison_id: uuid.UUID, frame: protocol.Frame) -> None:
    """A frame that is lost is missed by its revision and asked for; what it speaks of must not fail for it."""
    try:
        await publish(comparison_id, frame.model_dump_json())
    except Exception:
        log.exception("a %s frame for comparison %s was lost", type(frame).__name__, comparison_id)


def made(comparison_id: uuid.UUID, make: Callable[[], list[protocol.Frame]]) -> list[protocol.Frame]:
    """What tabs are told of rows that are there by now; nothing where it cannot be made, for the same reason."""
    try:
        return make()
    except Exception:
        log.exception("tabs of comparison %s were not told what is new", comparison_id)
        return []


def tell(comparison_id: uuid.UUID, *frames: protocol.Frame) -> None:
    """For synchronous code. To be called after the transaction, so that a tab that looks finds what it was told."""
    for frame in frames:
        async_to_sync(announce)(comparison_id, frame)


def tell_to_look_again(comparison_id: uuid.UUID) -> None:
    """Tabs whose people may read the comparison no more, or that show one which is gone, are closed."""
    async_to_sync(get_channel_layer().group_send)(group_of(comparison_id), {"type": "look.again"})


def transcript_frame(lane: Lane) -> protocol.Lane:
    """The transcript of one revision: if it changed while it was read, it is read again."""
    revision = -1
    while revision != lane.revision:
        revision, messages = lane.revision, lane.transcript()
        lane.refresh_from_db(fields=["revision"])
    return protocol.Lane(lane=lane.letter, id=lane.pk, revision=lane.revision, html=messages_html(messages))


def head_frame(lane: Lane) -> protocol.LaneHead:
    return protocol.LaneHead(lane=lane.letter, revision=lane.revision, label=lane.label, html=head_html(lane))


def tell_transcript(lane: Lane) -> None:
    tell(lane.comparison_id, transcript_frame(lane))


def tell_added(lane: Lane) -> None:
    tell(lane.comparison_id, protocol.LaneAdded(lane=lane.letter, html=lane_html(lane)))


def tell_closed(lane: Lane) -> None:
    tell(lane.comparison_id, protocol.LaneClosed(lane=lane.letter, id=lane.pk))


def tell_head(lane: Lane) -> None:
    tell(lane.comparison_id, head_frame(lane))


def chosen_frame(lane: Lane, message: Message) -> protocol.Chosen:
    spread = spread_html(message.trials) if message.trials else ""
    last = tail(lane).messages[-1:]
    calls = {each.pk: calls_html(each) for said in last for each in said.siblings if each.tool_calls}
    return protocol.Chosen(lane=lane.letter, revision=lane.revision, message=message.pk, spread=spread, calls=calls)
