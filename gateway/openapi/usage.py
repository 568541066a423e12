"""The endpoints about usage and costs in the OpenAPI document, from what checks their parameters."""

from __future__ import annotations

from typing import Any

from billing.usage.buckets import COMPLETIONS, LATEST, MOST_VALUES, Kind
from common.shapes import Schema
from gateway.openapi.answers import COUNT, REQUEST_ID, TEXT_OR_NULL, object_of
from gateway.openapi.refusals import CALLER, ROUTE, SERVER, Refusal, responses

START = 1_764_028_800
PROJECT_ID = "0193a7c2-5f1e-7c60-8a2b-3d4e5f607182"
EXACT: Schema = {"type": "string", "pattern": "^-?[0-9]+\\.[0-9]{12}$", "description": "All twelve places."}
MONEY = object_of({"value": {"type": "number"}, "currency": {"const": "usd"}, "exact": EXACT})
RESULTS: dict[str, Schema] = {
    "CompletionsUsage": object_of(
        {
            "object": {"const": "organization.usage.completions.result"},
            "input_tokens": COUNT | {"description": "Including those that were cached."},
            "input_cached_tokens": COUNT,
            "output_tokens": COUNT,
            "num_model_requests": COUNT | {"description": "All that ended, failed ones too."},
            "num_failed_requests": COUNT,
        },
        dict.fromkeys(("project_id", "user_id", "api_key_id", "model"), TEXT_OR_NULL),
    ),
    "Costs": object_of(
        {"object": {"const": "organization.costs.result"}, "amount": MONEY},
        dict.fromkeys(("project_id", "user_id", "api_key_id", "line_item"), TEXT_OR_NULL),
    ),
}


def _page(result: str) -> Schema:
    bucket = object_of(
        {
            "object": {"const": "bucket"},
            "start_time": COUNT,
            "end_time": COUNT,
            "results": {"type": "array", "items": {"$ref": f"#/components/schemas/{result}"}},
        }
    )
    return object_of(
        {
            "object": {"const": "page"},
            "data": {"type": "array", "items": bucket},
            "has_more": {"type": "boolean"},
            "next_page": TEXT_OR_NULL,
        }
    )


SCHEMAS: dict[str, Schema] = {**RESULTS, **{f"{name}Page": _page(name) for name in RESULTS}}
SECONDS: Schema = {"type": "integer", "minimum": 0, "maximum": LATEST}
IDENTITY: Schema = {"type": "string", "format": "uuid"}
#: The values of a filter, by the column that they choose from.
VALUES: dict[str, Schema] = {
    "project_id": IDENTITY,
    "api_key_id": IDENTITY,
    "user_id": {"type": "string", "pattern": "^[0-9]{1,12}$"},
    "model": {"type": "string", "minLength": 1, "maxLength": 200},
}


def operation(kind: Kind, project: dict[str, Any]) -> dict[str, Any]:
    is_usage = kind is COMPLETIONS
    summary = "Usage of completions" if is_usage else "Costs"
    schema = {"$ref": f"#/components/schemas/{'CompletionsUsage' if is_usage else 'Costs'}Page"}
    content = {"application/json": {"schema": schema, "examples": {"answer": {"value": _example(is_usage)}}}}
    refusals = [*CALLER, Refusal.ADMINS, Refusal.QUERY, *ROUTE, *SERVER]
    return {
        "operationId": "usageOfCompletions" if is_usage else "costs",
        "tags": ["Usage"],
        "summary": summary,
        "description": (
            "For admins of the organization that the key's project belongs to. Time is cut into buckets, in UTC; a "
            "time within a bucket stands for all of it. What ended counts within a second; what still runs does not "
            "yet. A bucket without usage has no results. Ask again with `page` for what follows."
        ),
        "parameters": [*_parameters(kind), project],
        "responses": {
            "200": {"description": summary, "headers": REQUEST_ID, "content": content},
            **responses(refusals),
        },
    }


def _parameters(kind: Kind) -> list[dict[str, Any]]:
    limits = "; ".join(f"`{width}`: {usual}, at most {most}" for width, (usual, most) in kind.limits.items())
    groups = {"type": "array", "items": {"type": "string", "enum": list(kind.groups)}}
    page = {"type": "string", "pattern": "^page_[0-9]{1,11}$"}
    limit = {"type": "integer", "minimum": 1, "maximum": kind.most}
    return [
        _query("start_time", "The beginning, in seconds since 1970.", SECONDS | {"examples": [START]}, required=True),
        _query("end_time", "The end, which does not belong to it. Without it: now.", SECONDS),
        _query("bucket_width", "Minutes are not kept.", {"type": "string", "enum": list(kind.limits)}),
        _query("group_by", "A result for each combination of these.", groups),
        _query("limit", f"Buckets on a page. {limits}.", limit),
        _query("page", "The `next_page` of the page before.", page),
        *(
            _query(name, "Only these.", {"type": "array", "maxItems": MOST_VALUES, "items": VALUES[column]})
            for name, column in kind.filters.items()
        ),
    ]


def _query(name: str, about: str, schema: Schema, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": about, "schema": schema}


def _example(is_usage: bool) -> dict[str, Any]:
    groups = {"project_id": PROJECT_ID, "user_id": None, "api_key_id": None}
    result: dict[str, Any] = {"object": "organization.costs.result", "line_item": None, **groups}
    result["amount"] = {"value": 0.0621, "currency": "usd", "exact": "0.062100000000"}
    if is_usage:
        counts = {"input_tokens": 5120, "input_cached_tokens": 1024, "output_tokens": 2048}
        requests = {"num_model_requests": 16, "num_failed_requests": 1}
        result = {"object": "organization.usage.completions.result", **counts, **requests, **groups, "model": None}
    day = {"object": "bucket", "start_time": START, "end_time": START + 86_400, "results": [result]}
    return {"object": "page", "data": [day], "has_more": True, "next_page": f"page_{START + 86_400}"}
