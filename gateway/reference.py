"""The OpenAPI document as people read it: operations, what goes in, what comes out, what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from http import HTTPStatus
from typing import Any

from common.shapes import Schema
from gateway.openapi.document import document
from inference_catalog.samples import KEY

#: Members of members of members are for the document itself.
DEEPEST = 4
WIDTH = 88


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: str
    about: str
    is_required: bool
    depth: int


@dataclass(frozen=True, slots=True)
class Snippet:
    key: str
    title: str
    code: str
    syntax: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    status: int
    phrase: str
    message: str
    code: str
    when: str


@dataclass(frozen=True, slots=True)
class Operation:
    key: str
    method: str
    path: str
    summary: str
    about: str
    requests: list[Snippet]
    parameters: list[Field]
    members: list[Field]
    answers: list[Snippet]
    #: Of an answer's members those that do not speak for themselves.
    answered: list[Field]
    headers: list[Field]


def operations(*, base_url: str, project: str) -> list[Operation]:
    return [
        _operation(method, path, stated, base_url, project)
        for path, methods in _document()["paths"].items()
        for method, stated in methods.items()
    ]


@cache
def _document() -> dict[str, Any]:
    return document()


def _operation(method: str, path: str, stated: dict[str, Any], base_url: str, project: str) -> Operation:
    content = stated.get("requestBody", {}).get("content", {}).get("application/json", {})
    good = stated["responses"]["200"]
    key = stated["operationId"]
    return Operation(
        key=key,
        method=method.upper(),
        path=f"/v1{path}",
        summary=stated["summary"],
        about=stated.get("description", ""),
        requests=list(_requests(key, path, stated, content, base_url, project)),
        parameters=[_parameter(one) for one in stated.get("parameters", [])],
        members=list(_fields(content.get("schema", {}), "", 0)),
        answers=list(_answers(key, good["content"])),
        answered=list(_answered(good["content"]["application/json"]["schema"])),
        headers=[Field(name, "", one["description"], False, 0) for name, one in good.get("headers", {}).items()],
    )


def _requests(
    key: str, path: str, stated: dict[str, Any], content: dict[str, Any], base_url: str, project: str
) -> Iterator[Snippet]:
    address = base_url + path.replace("{model_id}", _example_of(stated, "model_id")) + _query_of(stated)
    lines = [f'curl --fail-with-body "{address}"' if "?" in address else f"curl --fail-with-body {address}"]
    if stated.get("security") != []:
        lines += [f'-H "Authorization: Bearer ${KEY}"', f'-H "OpenAI-Project: {project}"']
    for name, example in content.get("examples", {"request": {"summary": "Request"}}).items():
        body = spread(example["value"]) if "value" in example else ""
        more = ['-H "Content-Type: application/json"', f"-d '{body}'"] if body else []
        yield Snippet(f"{key}-{name}", example["summary"], " \\\n  ".join([*lines, *more]), "bash")


def _query_of(stated: dict[str, Any]) -> str:
    """What must be asked for."""
    named = [one["name"] for one in stated.get("parameters", []) if one["in"] == "query" and one["required"]]
    return "?" + "&".join(f"{name}={_example_of(stated, name)}" for name in named) if named else ""


def _example_of(stated: dict[str, Any], name: str) -> str:
    return next((str(one["schema"]["examples"][0]) for one in stated.get("parameters", []) if one["name"] == name), "")


def _parameter(stated: dict[str, Any]) -> Field:
    kind = " · ".join([stated["in"], _kind(stated["schema"])])
    return Field(stated["name"], kind, stated["description"], stated["required"], 0)


def _answers(key: str, content: dict[str, Any]) -> Iterator[Snippet]:
    for kind, one in content.items():
        for name, example in one.get("examples", {}).items():
            value = example["value"]
            code = value if isinstance(value, str) else spread(value)
            syntax = "plaintext" if isinstance(value, str) else "json"
            about = one["schema"].get("description", "")
            yield Snippet(f"{key}-answer-{name}", kind, code.strip(), syntax, about)


def _answered(schema: Schema) -> Iterator[Field]:
    for one in _fields(schema, "", 0):
        if one.about:
            yield replace(one, is_required=False, depth=0)


def spread(value: Any, indent: str = "") -> str:
    """JSON as people write it: what fits on a line stands on a line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(flat) <= WIDTH or not isinstance(value, dict | list):
        return flat
    inner = indent + "  "
    if isinstance(value, list):
        rows, ends = [spread(item, inner) for item in value], "[]"
    else:
        rows, ends = [f"{json.dumps(name)}: {spread(member, inner)}" for name, member in value.items()], "{}"
    return ends[0] + ",".join(f"\n{inner}{row}" for row in rows) + f"\n{indent}{ends[1]}"


def refusals() -> list[Refused]:
    """All there are, each once, smallest status first."""
    found = {
        (int(status), example["value"]["error"]["message"]): example
        for methods in _document()["paths"].values()
        for stated in methods.values()
        for status, response in stated["responses"].items()
        for example in response.get("content", {}).get("application/json", {}).get("examples", {}).values()
        if int(status) >= 400
    }
    return [
        Refused(status, HTTPStatus(status).phrase, message, example["value"]["error"]["code"] or "", example["summary"])
        for (status, message), example in sorted(found.items())
    ]


def _fields(schema: Schema, prefix: str, depth: int) -> Iterator[Field]:
    schema = _resolved(schema)
    required = schema.get("required", [])
    for name, member in schema.get("properties", {}).items():
        inner = _resolved(member)
        yield Field(prefix + name, _kind(inner), inner.get("description", ""), name in required, depth)
        if depth + 1 < DEEPEST:
            yield from _inside(inner, prefix + name, depth + 1)


def _inside(schema: Schema, name: str, depth: int) -> Iterator[Field]:
    for one in map(_resolved, schema.get("anyOf", [schema])):
        if "items" in one:
            yield from _fields(one["items"], f"{name}[].", depth)
        yield from _fields(one, f"{name}.", depth) if "properties" in one else ()


def _resolved(schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Schema = _document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false", "array": "list"}


def _kind(schema: Schema) -> str:
    if "anyOf" in schema:
        return " or ".join(kind for kind in (_kind(_resolved(one)) for one in schema["anyOf"]) if kind)
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if "enum" in schema.get("items", {}):
        return f"list of {_kind(schema['items'])}"
    kinds = schema.get("type", [])
    named = [WORDS.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null"]
    return " ".join([" or ".join(named), _bounds(schema)]).strip()


def _bounds(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is None or most is None or most > 10**15:
        return ""
    return f"from {least:,} to {most:,}"
