"""The simulator's addresses: the OpenAI protocol under /v1, and what tests need beside it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.completion import complete
from simulator.drills import Drill
from simulator.errors import ApiError, BadRequest, NotAllowed, UnknownModel
from simulator.ledger import Entry, Ledger
from simulator.models import profile_of
from simulator.prefixes import Prefixes
from simulator.request import ChatRequest, read_request
from simulator.responses import StreamedResponse, WholeResponse
from simulator.settings import Settings, parser, settings_from

CREATED = 1_735_689_600


@dataclass
class State:
    settings: Settings
    ledger: Ledger = field(default_factory=Ledger)
    prefixes: Prefixes = field(default_factory=Prefixes)
    #: How often each `key` of a `times` drill has refused.
    refusals: Counter[str] = field(default_factory=Counter)


def make_app(settings: Settings) -> Starlette:
    routes = [
        Route("/healthz", healthz),
        Route("/v1/models", models),
        Route("/v1/models/{model:path}", model),
        Route("/v1/chat/completions", chat, methods=["POST"]),
        Route("/ledger", ledger),
        Route("/ledger", reset_ledger, methods=["DELETE"]),
        Route("/ledger/{name:path}", ledger_entry),
        Route("/drill", set_drill, methods=["PUT"]),
    ]
    handlers: dict[Any, Any] = {ApiError: refused, HTTPException: not_served, Exception: broken}
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.state.simulator = State(settings)
    return app


# The OpenAI protocol -----------------------------------------------------------------------------


async def chat(request: Request) -> Response:
    state = _state(request)
    asked = await _asked(request, state)
    entry = Entry(
        id="",
        request_id=request.headers.get("x-request-id"),
        model=asked.model,
        stream=bool(asked.stream),
    )
    try:
        _refuse(asked.drill, state)
        # In a thread: a large image or an intricate schema must not hold up the streams of others.
        completion = await asyncio.to_thread(complete, asked, profile_of(asked.model))
    except ApiError as error:
        entry.end("refused", error.status)
        state.ledger.open(entry)
        raise
    completion.cached = state.prefixes.read(asked.model, completion.prompt)
    entry.id, entry.planned_tokens = completion.id, completion.tokens
    entry.prompt_tokens, entry.cached_tokens = len(completion.prompt), completion.cached
    state.ledger.open(entry)
    return (StreamedResponse if asked.stream else WholeResponse)(completion, entry, state.ledger)


async def models(request: Request) -> Response:
    _check_key(request)
    data = [_listed(model_id) for model_id in _state(request).settings.models]
    return JSONResponse({"object": "list", "data": data})


async def model(request: Request) -> Response:
    _check_key(request)
    name = request.path_params["model"]
    _check_model(name, _state(request))
    return JSONResponse(_listed(name))


def _listed(model_id: str) -> dict[str, Any]:
    context = profile_of(model_id).context
    return {"id": model_id, "object": "model", "created": CREATED, "owned_by": "simulator", "max_model_len": context}


# For tests ---------------------------------------------------------------------------------------


async def healthz(_: Request) -> Response:
    return JSONResponse({"status": "ok", "simulated": True})


async def ledger(request: Request) -> Response:
    kept = _state(request).ledger
    entries = [entry.as_json() for entry in kept.entries]
    return JSONResponse({"since": asdict(kept.since), "totals": kept.totals(), "requests": entries})


async def reset_ledger(request: Request) -> Response:
    state = _state(request)
    state.ledger.reset()
    state.refusals.clear()
    return Response(status_code=204)


async def ledger_entry(request: Request) -> Response:
    kept, name = _state(request).ledger, request.path_params["name"]
    entry = kept.find(name)
    if entry is None:
        raise ApiError(404, f"No request `{name}` is in the ledger.", param="id", code="not_found")
    return JSONResponse({**entry.as_json(), "said": kept.texts.get(entry.id)})


async def set_drill(request: Request) -> Response:
    """The drill from now on, for all models or, with ?model=…, for one; an empty object ends it."""
    settings, drill = _state(request).settings, _drill(await _json(request))
    if name := request.query_params.get("model"):
        settings.drills[name] = drill
    else:
        settings.drill = drill
        settings.drills.clear()
    return Response(status_code=204)


# Doors -------------------------------------------------------------------------------------------


def _state(request: Request) -> State:
    state: State = request.app.state.simulator
    return state


async def _asked(request: Request, state: State) -> ChatRequest:
    _check_key(request)
    asked = read_request(await _json(request))
    _check_model(asked.model, state)
    return asked.model_copy(update={"drill": state.settings.drill_for(asked.model, asked.drill)})


async def _json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"The body is not JSON: {error}.", code="invalid_json") from error


def _drill(value: Any) -> Drill:
    try:
        return Drill.model_validate(value)
    except ValidationError as error:
        raise BadRequest(str(error.errors(include_url=False)[0]["msg"])) from error


def _check_key(request: Request) -> None:
    key = _state(request).settings.api_key
    if key and request.headers.get("authorization") != f"Bearer {key}":
        raise NotAllowed


def _check_model(model_id: str, state: State) -> None:
    if model_id not in state.settings.models and not state.settings.any_model:
        raise UnknownModel(model_id)


def _refuse(drill: Drill, state: State) -> None:
    if drill.status is None:
        return
    if drill.times is not None:
        if state.refusals[drill.key] >= drill.times:
            return
        state.refusals[drill.key] += 1
    raise ApiError(drill.status, drill.message, code=drill.code, retry_after=drill.retry_after)


# Errors ------------------------------------------------------------------------------------------


async def refused(request: Request, error: ApiError) -> Response:
    headers = {"x-request-id": request.headers.get("x-request-id", "refused"), **error.headers()}
    return JSONResponse(error.body(), status_code=error.status, headers=headers)


async def not_served(_: Request, error: HTTPException) -> Response:
    sentence = "There is nothing at this address." if error.status_code == 404 else ""
    body = ApiError(error.status_code, sentence, code="not_found" if error.status_code == 404 else None).body()
    return JSONResponse(body, status_code=error.status_code, headers=error.headers)


async def broken(_request: Request, _error: Exception) -> Response:
    return JSONResponse(ApiError(500).body(), status_code=500)


#: For `daphne simulator.app:application`; `python -m simulator` makes its own from its flags.
application = make_app(settings_from(parser().parse_args([])))
