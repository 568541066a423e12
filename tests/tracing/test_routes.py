"""Every address that the bindings of Weave's client know is served, or refused by name for a reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from gateway.weave import completions
from tests.tracing.doors import post
from tracing.app import traces

#: Found and not imported: the client would begin to report to its makers.
_SPEC = find_spec("weave")
assert _SPEC is not None
PACKAGE = Path(str(_SPEC.origin)).parent
BINDINGS = [
    *(PACKAGE / "vendor/weave_server_sdk/resources").rglob("*.py"),
    PACKAGE / "trace_server_bindings/remote_http_trace_server.py",
]
METHODS = ("get", "post", "put", "patch", "delete")
#: With the reason why.
REFUSED = {
    **dict.fromkeys(
        (
            "POST /agents/agent-versions/query",
            "POST /agents/conversations/chat",
            "POST /agents/conversations/spans",
            "POST /agents/query",
            "POST /agents/search",
            "POST /agents/spans/custom-attrs/schema",
            "POST /agents/spans/query",
            "POST /agents/spans/stats",
            "POST /agents/traces/chat",
            "POST /feedback/aggregate",
        ),
        "agents are a view of their own of what stands among the calls here: their spans are kept as calls",
    ),
    **dict.fromkeys(
        (
            "POST /calls/score",
            "POST /evaluations/evaluate_model",
            "POST /evaluations/rescore",
            "POST /evaluations/status",
            "PUT /v2/{}/{}/runtimes/{}",
        ),
        "code that the server would run",
    ),
    **dict.fromkeys(
        (
            "POST /annotation_queues",
            "POST /annotation_queues/query",
            "POST /annotation_queues/stats",
            "GET /annotation_queues/{}",
            "PUT /annotation_queues/{}",
            "DELETE /annotation_queues/{}",
            "POST /annotation_queues/{}/items",
            "POST /annotation_queues/{}/items/query",
            "POST /annotation_queues/{}/items/{}/progress",
        ),
        "queues of calls for people who annotate them: there is no page here in which they would",
    ),
    "POST /v2/{}/{}/eval_results/query": "rows and sums for a page of another server; the client adds up what it reads",
    "POST /image/create": "no model here makes images",
    "POST /files/resolve_url": "files of clouds that the server would read with keys of its own",
    **dict.fromkeys(
        (
            "POST /dataset_sources/link",
            "POST /dataset_sources/link_delete",
            "POST /dataset_sources/query",
            "POST /dataset_sources/source_datasets_query",
        ),
        "which rows came from which calls: nothing in the client writes or reads it",
    ),
    **dict.fromkeys(
        ("POST /project/ingest_sampling_settings/read", "GET /project/sensitive_data_settings"),
        "Lineup neither samples what comes nor looks for secrets in it",
    ),
}


def asked() -> Iterator[str]:
    """ "POST /call/start", with {} for what an address is made of."""
    for path in BINDINGS:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
                continue
            method = node.func.attr.strip("_")
            if method in METHODS and (address := _address(node.args[0])).startswith("/"):
                yield f"{method.upper()} {address}"


def _address(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return _plain(str(node.value))
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    is_template = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "path_template"
    return _address(node.args[0]) if is_template and isinstance(node, ast.Call) else ""


def _plain(address: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", address)


def served() -> set[str]:
    routes: list[Any] = [*traces, *completions.routes]
    return {
        f"{method} {_plain(route.path.removeprefix('/traces'))}"
        for route in routes
        for method in route.methods - {"HEAD"}
    }


ASKED = sorted(set(asked()))


def test_the_bindings_are_read() -> None:
    assert len(ASKED) > 100
    assert {"POST /call/start", "GET /server_info", "POST /v2/{}/{}/calls/complete"} <= set(ASKED)


def test_every_address_is_served_or_refused_for_a_reason() -> None:
    assert set(ASKED) - served() == set(REFUSED)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", sorted(REFUSED))
async def test_what_is_refused_is_named(alice_key: str, address: str) -> None:
    method, path = address.split()
    path = f"/traces{path.replace('{}', 'x')}"
    answer = await post(path, alice_key, {}, method=method)
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert answer.json() == {
        "reason": f"Lineup does not serve {method} {path} of Weave.",
        "error_code": "not_served",
    }
