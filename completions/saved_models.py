"""Saved models as callers name them, `team/project/name` or `team/project/name:v3`: what is asked of which model.

Models come first: a saved one is only looked for where no model has the name. What was found is remembered as long as
routes are, so a new latest version may go unseen for that long, whichever process has saved it.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from accounts.caller import Caller
from billing import waiting
from common.chat import ChatRequest
from common.errors import BadRequest, ModelNotFound, Overloaded, UpstreamUnavailable
from completions import routes
from inference_catalog.models import Model
from tracing.errors import Invalid, Missing
from tracing.prompts import filled
from tracing.saved_models import finding
from tracing.saved_models.finding import SavedModel

#: Names of one parameter: whichever the request gives, the saved one yields.
SAME = {"max_tokens": ("max_tokens", "max_completion_tokens"), "tools": ("tools", "functions")}
#: What the placeholders of the saved messages stand for; it is not for the provider.
VARIABLES = "template_vars"

_remembered: dict[tuple[uuid.UUID, uuid.UUID | None, str], tuple[float, Saved]] = {}


@dataclass(frozen=True, slots=True)
class Saved:
    #: Of the version.
    ref: str
    #: The model that answers.
    model: str
    parameters: Mapping[str, Any]
    messages: tuple[dict[str, Any], ...]
    #: What the API calls it.
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the model itself, which knows nothing of saved ones."""

    request: ChatRequest
    #: The reference of the saved version; empty if none was named.
    ref: str = ""


async def asked(caller: Caller, request: ChatRequest) -> Asked:
    """Raises ModelNotFound for a version that there is not; a name that nobody has is left to the engine to refuse."""
    saved = await _saved(caller, request.model)
    if saved is None:
        return Asked(request)
    await _check(caller, saved)
    return Asked(_filled_in(saved, request), saved.ref)


async def _saved(caller: Caller, name: str) -> Saved | None:
    if name.count("/") != 2 or routes.is_known(name, caller.team_id):
        return None
    key = (caller.organization_id, caller.team_id, name)
    until, known = _remembered.get(key, (0.0, None))
    if known is not None and until >= time.monotonic():
        return known
    found: Saved | None = await waiting.answer(waiting.shared(("saved", *key), partial(_read, *key)))
    if found is not None:
        if len(_remembered) >= routes.MOST_REMEMBERED:
            _remembered.clear()
        _remembered[key] = (time.monotonic() + routes.MEMORY, found)
    return found


def _read(organization_id: uuid.UUID, team_id: uuid.UUID | None, name: str) -> Saved | None:
    found = find(organization_id, team_id, name)
    if found is None:
        return None
    if found.content.fault:
        raise _faulty(found, found.content.fault)
    try:
        messages = finding.messages(found, organization_id)
    except Invalid as invalid:
        raise _faulty(found, invalid.message) from None
    content = found.content
    return Saved(found.ref, content.model, content.parameters, tuple(messages), found.versioned_id)


def find(organization_id: uuid.UUID, team_id: uuid.UUID | None, name: str) -> SavedModel | None:
    """None where a model has the name, or nobody. Raises ModelNotFound for a version that there is not."""
    if not finding.has_the_form(name) or Model.objects.of(team_id).filter(model_id=name).exists():
        return None
    try:
        return finding.find(organization_id, name)
    except Missing as missing:
        gone = "was deleted" if missing.deleted_at else "has no such version"
        raise ModelNotFound(f"The saved model `{name[:600]}` {gone}.", param="model") from None


def _faulty(saved: SavedModel, fault: str) -> BadRequest:
    sentence = f"The saved model `{saved.versioned_id}` cannot be asked: it {fault}."
    return BadRequest(sentence, param="model", code="invalid_model")


async def _check(caller: Caller, saved: Saved) -> None:
    """What is wrong with the model behind it names both."""
    try:
        await routes.route(saved.model, caller.team_id)
    except ModelNotFound as error:
        raise unanswerable(saved.label, error) from None
    except UpstreamUnavailable:
        sentence = f"No provider serves `{saved.model}` now, the model of the saved model `{saved.label}`"
        raise Overloaded(sentence, param="model") from None


def unanswerable(label: str, error: ModelNotFound) -> ModelNotFound:
    return ModelNotFound(f"The saved model `{label}` cannot answer. {error.message}", param="model")


def _filled_in(saved: Saved, request: ChatRequest) -> ChatRequest:
    """The saved messages first; of the parameters, those that the request does not give itself."""
    given = {name for name, value in request.body.items() if value is not None}
    defaults = {name: value for name, value in saved.parameters.items() if given.isdisjoint(SAME.get(name, (name,)))}
    messages = [*_template(saved, request.body.get(VARIABLES)), *request.messages]
    body = {name: value for name, value in request.body.items() if name != VARIABLES}
    return replace(
        request,
        body={**body, **defaults, "model": saved.model, "messages": messages},
        model=saved.model,
        messages=messages,
        choices=defaults.get("n") or request.choices,
        max_output=defaults.get("max_tokens") or request.max_output,
    )


def _template(saved: Saved, variables: Any) -> list[dict[str, Any]]:
    if variables is None:
        return list(saved.messages)
    if not isinstance(variables, dict):
        raise BadRequest(f"'{VARIABLES}' must be an object.", param=VARIABLES, code="invalid_type")
    try:
        messages: list[dict[str, Any]] = filled(list(saved.messages), variables)
    except Invalid as invalid:
        raise BadRequest(invalid.message, param=VARIABLES, code="too_long") from invalid
    return messages


def forget() -> None:
    """The next request looks for it again."""
    _remembered.clear()
