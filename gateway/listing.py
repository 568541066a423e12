"""GET /v1/models: what can be called."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from accounts.caller import Caller
from billing import waiting, writer
from common.errors import ModelNotFound
from completions import saved_models
from gateway.callers import bearer
from gateway.reading import found
from inference_catalog.models import Model
from tracing.saved_models import finding
from tracing.saved_models.finding import SavedModel


@bearer
async def list_models(_request: Request, caller: Caller) -> Response:
    key = ("models", caller.organization_id, caller.team_id)
    return found({"object": "list", "data": await waiting.answer(waiting.shared(key, partial(_all, caller)))})


@bearer
async def show_model(request: Request, caller: Caller) -> Response:
    return found(await waiting.answer(writer.run(partial(_one, caller, request.path_params["model_id"]))))


def _all(caller: Caller) -> list[dict[str, Any]]:
    """The latest version of each saved model stands for all of its versions."""
    models = [_entry(model) for model in Model.objects.listed(caller.team_id)]
    ids = {model["id"] for model in models}
    saved = finding.newest(caller.organization_id)
    return models + [
        _saved_entry(one, one.model_id)
        for one in saved
        if one.content.model in ids and not one.content.fault and one.model_id not in ids
    ]


def _one(caller: Caller, model_id: str) -> dict[str, Any]:
    saved = saved_models.find(caller.organization_id, caller.team_id, model_id)
    if saved is None:
        return _entry(Model.objects.callable(model_id, caller.team_id))
    try:
        Model.objects.callable(saved.content.model, caller.team_id)
    except ModelNotFound as error:
        raise saved_models.unanswerable(saved.versioned_id, error) from None
    return _saved_entry(saved, model_id)


def _entry(model: Model) -> dict[str, Any]:
    created = int(model.created_at.timestamp())
    return {"id": model.model_id, "object": "model", "created": created, "owned_by": model.maker or "unknown"}


def _saved_entry(saved: SavedModel, model_id: str) -> dict[str, Any]:
    created = int(saved.object.created_at.timestamp())
    return {"id": model_id, "object": "model", "created": created, "owned_by": saved.path.partition("/")[0]}
