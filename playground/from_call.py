"""A comparison of what a traced call asked: its model, messages and settings, to be asked again."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, NamedTuple

from django.db import transaction

from accounts.models import Project, User
from inference_catalog.models import Model
from playground.images import from_call as images
from playground.images.from_call import Brought
from playground.models import Comparison, Lane, Message
from playground.models.comparisons import title_of
from playground.parameters import APART
from playground.setting import as_fields
from playground.settings_form import LaneSettingsForm
from playground.tool_calls import Call
from playground.traced_calls import with_results
from tracing.chats import Chat, Said

ROLES = {
    "system": Message.Role.SYSTEM,
    "developer": Message.Role.SYSTEM,
    "user": Message.Role.USER,
    "assistant": Message.Role.ASSISTANT,
}


@dataclass(slots=True)
class Opened:
    comparison: Comparison
    #: What of the call the Playground does not take, as sentences.
    remarks: list[str] = field(default_factory=list)


class Told(NamedTuple):
    """A message that comes over, with all it needs: what takes long is done before anything is written."""

    said: Said
    role: str
    calls: list[Call]
    images: list[Brought]


def open_call(user: User, project: Project, chat: Chat, first_model: Model) -> Opened:
    """With `first_model` if the call's is not in the catalog."""
    remarks: list[str] = []
    model = Model.objects.listed(project.team_id).filter(model_id=chat.model).first()
    if model is None:
        remarks.append(f"There is no model called “{chat.model[:100]}” here: {first_model.name} stands in its place.")
    system, rest = _system_prompt(chat)
    lane = Lane(letter="A", model=model or first_model, system_prompt=system, settings=_settings(chat, remarks))
    comparison = Comparison(project=project, created_by=user, title=_title(chat))
    _write(comparison, lane, _told(rest, remarks), remarks)
    return Opened(comparison, remarks)


def _told(rest: list[Said], remarks: list[str]) -> list[Told]:
    said = with_results(rest)
    told = [(each, calls) for each, calls in said.told if each.text or calls or _has_images(each)]
    kept = [(each, calls) for each, calls in told if each.role in ROLES]
    if len(kept) < len(said.told) or said.has_loose_results:
        remarks.append("Messages without text, and results of tools that nobody called, are left out.")
    return [Told(each, ROLES[each.role], calls, images.read(each, ROLES[each.role])) for each, calls in kept]


@transaction.atomic
def _write(comparison: Comparison, lane: Lane, told: list[Told], remarks: list[str]) -> None:
    comparison.save()
    lane.comparison = comparison
    lane.save()
    messages = [
        Message(lane=lane, role=each.role, text=each.said.text, tool_calls=[call.as_json() for call in each.calls])
        for each in told
    ]
    Message.objects.bulk_create(messages)
    for message, each in zip(messages, told, strict=True):
        remarks += images.write(comparison, message, each.images)
    Message.objects.filter(lane=lane, text="", tool_calls=[], attachments=None).delete()


def _has_images(said: Said) -> bool:
    return said.role == "user" and bool(said.images)


def _title(chat: Chat) -> str:
    last = next((said.text for said in reversed(chat.messages) if said.role == "user" and said.text), chat.title)
    return title_of(last)


def _system_prompt(chat: Chat) -> tuple[str, list[Said]]:
    """What the system said before anybody else, and all that follows."""
    first = list(takewhile(lambda said: said.role in ("system", "developer"), chat.messages))
    return "\n\n".join(said.text for said in first), list(chat.messages[len(first) :])


def _settings(chat: Chat, remarks: list[str]) -> dict[str, Any]:
    """Those that a lane takes; zero is a value like any other."""
    given = dict(chat.settings)
    if longest := given.pop("max_completion_tokens", None):
        given.setdefault("max_tokens", longest)
    if given.get("response_format") == {"type": "text"}:
        del given["response_format"]
    try:
        form = LaneSettingsForm(as_fields(given))
        form.is_valid()
    except (TypeError, ValueError, AttributeError, OverflowError):
        # Such as a number that no field holds.
        remarks.append("Settings that cannot be read are left out, and the others with them.")
        return {}
    taken = {name: value for name, value in form.values.items() if value is not None and name not in APART}
    if left := sorted(name for name in given if name not in taken):
        remarks.append(f"Settings that a lane does not take are left out: {', '.join(left)}.")
    return taken
