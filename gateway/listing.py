"""GET /v1/models: what can be called."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from accounts.caller import Caller
from billing import waiting, writer
from gateway.callers import bearer
from gateway.reading import found
from inference_catalog.models import Model


@bearer
async def list_models(_request: Request, caller: Caller) -> Response:
    models = await waiting.answer(waiting.shared(("models", caller.team_id), partial(_all, caller.team_id)))
    return found({"object": "list", "data": models})


@bearer
async def show_model(request: Request, caller: Caller) -> Response:
    model_id: str = request.path_params["model_id"]
    return found(await waiting.answer(writer.run(lambda: _entry(Model.objects.callable(model_id, caller.team_id)))))


def _all(team_id: uuid.UUID | None) -> list[dict[str, Any]]:
    return [_entry(model) for model in Model.objects.listed(team_id)]


def _entry(model: Model) -> dict[str, Any]:
    created = int(model.created_at.timestamp())
    return {"id": model.model_id, "object": "model", "created": created, "owned_by": model.maker or "unknown"}
