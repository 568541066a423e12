"""The trace server that Weave's client talks to: a small ASGI application beside Django, as /v1 is."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route

from common.errors import LineupError
from tracing.errors import broken, not_served, refused
from tracing.views import (
    call_reading,
    call_usage,
    call_writing,
    costs,
    feedback,
    feedback_stats,
    files,
    graphql,
    kinds,
    labels,
    objects,
    otel,
    projects,
    refs,
    runs,
    tables,
    threads,
)


def _post(path: str, endpoint: Any) -> Route:
    return Route(path, endpoint, methods=["POST"])


def _several(path: str, *, post: Any, get: Any, delete: Any) -> list[Route]:
    """One address, and an action for each method."""
    return [Route(path, post, methods=["POST"]), _get(path, get), Route(path, delete, methods=["DELETE"])]


def _get(path: str, endpoint: Any) -> Route:
    return Route(path, endpoint, methods=["GET"])


PROJECT = "/v2/{entity}/{project}"
OBJECT = "/objs/{object_id}"
traces = [
    Route("/server_info", projects.server_info, methods=["GET"]),
    Route("/health", projects.health, methods=["GET"]),
    _post("/service/projects_info", projects.projects_info),
    _post("/project/stats", projects.stats),
    _post("/project/ttl_settings/read", projects.retention),
    _post("/project/ttl_settings/update", projects.set_retention),
    _post(f"{PROJECT}/calls/complete", call_writing.complete),
    _post(f"{PROJECT}/call/start", call_writing.start),
    _post(f"{PROJECT}/call/end", call_writing.end),
    _post("/call/start", call_writing.start),
    _post("/call/end", call_writing.end),
    _post("/call/upsert_batch", call_writing.upsert_batch),
    _post("/call/update", call_writing.update),
    _post("/call/read", call_reading.read),
    _post("/calls/stream_query", call_reading.stream_query),
    _post("/calls/query_stats", call_reading.query_stats),
    _post("/calls/stats", call_usage.stats),
    _post("/calls/usage", call_usage.usage),
    _post("/trace/usage", call_usage.trace_usage),
    _post("/calls/delete", call_writing.delete),
    _post("/obj/create", objects.create),
    _post("/obj/read", objects.read),
    _post("/obj/delete", objects.delete),
    _post("/objs/query", objects.query),
    Route("/tags", labels.list_tags, methods=["GET"]),
    Route("/aliases", labels.list_aliases, methods=["GET"]),
    Route(f"{OBJECT}/versions/{{digest}}/tags", labels.add_tags, methods=["PUT"]),
    _post(f"{OBJECT}/versions/{{digest}}/tags/remove", labels.remove_tags),
    Route(f"{OBJECT}/aliases", labels.set_aliases, methods=["PUT"]),
    _post(f"{OBJECT}/aliases/remove", labels.remove_aliases),
    _post("/table/create", tables.create),
    _post("/table/create_from_digests", tables.create_from_digests),
    _post("/table/update", tables.update),
    _post("/table/query", tables.query),
    _post("/table/query_stats", tables.query_stats),
    _post("/table/query_stats_batch", tables.query_stats_batch),
    _post("/refs/read_batch", refs.read_batch),
    _post("/file/create", files.create),
    _post("/file/content", files.content),
    _post("/files/query_stats", files.query_stats),
    _post("/feedback/create", feedback.create),
    _post("/feedback/batch/create", feedback.create_batch),
    _post("/feedback/query", feedback.query),
    _post("/feedback/purge", feedback.purge),
    _post("/feedback/replace", feedback.replace),
    _post("/feedback/stats", feedback_stats.stats),
    _post("/feedback/payload_schema", feedback_stats.payload_schema),
    _post("/cost/create", costs.create),
    _post("/cost/query", costs.query),
    _post("/cost/purge", costs.purge),
    _post("/threads/stream_query", threads.stream_query),
    *kinds.routes(PROJECT),
    *_several(f"{PROJECT}/evaluation_runs", post=runs.begin, get=runs.runs, delete=runs.delete_runs),
    _get(f"{PROJECT}/evaluation_runs/{{evaluation_run_id}}", runs.run),
    _post(f"{PROJECT}/evaluation_runs/{{evaluation_run_id}}/finish", runs.finish),
    *_several(f"{PROJECT}/predictions", post=runs.predict, get=runs.predictions, delete=runs.delete_predictions),
    _get(f"{PROJECT}/predictions/{{prediction_id}}", runs.prediction),
    _post(f"{PROJECT}/predictions/{{prediction_id}}/finish", runs.finish_prediction),
    *_several(f"{PROJECT}/scores", post=runs.score, get=runs.scores, delete=runs.delete_scores),
    _get(f"{PROJECT}/scores/{{score_id}}", runs.read_score),
    _post("/otel/v1/traces", otel.traces),
    _post("/agents/otel/v1/traces", otel.traces),
]
handlers: dict[Any, Any] = {LineupError: refused, HTTPException: not_served, Exception: broken}
application = Starlette(
    routes=[_post("/graphql", graphql.graphql), Mount("/traces", routes=traces)], exception_handlers=handlers
)
application.router.redirect_slashes = False
