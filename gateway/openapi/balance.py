"""The endpoint about balances in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from billing.models import Book, Grant
from common.shapes import Schema
from gateway.openapi.answers import COUNT, REQUEST_ID, TEXT_OR_NULL, object_of
from gateway.openapi.refusals import CALLER, ROUTE, SERVER, Refusal, responses
from gateway.openapi.usage import MONEY, SECONDS, START

GRANT: Schema = object_of(
    {
        "id": {"type": "string", "format": "uuid"},
        "category": {"type": "string", "enum": list(Grant.Category.values)},
        "model": TEXT_OR_NULL | {"description": "The one model it pays for; null: every model."},
        "effective_at": COUNT,
        "expires_at": {"type": ["integer", "null"]},
        "amount": MONEY,
        "remaining": MONEY | {"description": "At that time."},
    }
)
SCHEMAS: dict[str, Schema] = {
    "Balance": object_of(
        {
            "object": {"const": "organization.balance"},
            "at": COUNT,
            "settled": MONEY | {"description": "What is left of credits, less what is owed and not yet invoiced."},
            "held": {
                "anyOf": [MONEY, {"type": "null"}],
                "description": "The worst case of all running requests; null for a time that is past.",
            },
            "books": object_of({str(book): MONEY | {"description": book.label} for book in Book}),
            "grants": {"type": "array", "items": GRANT, "description": "Of which something was left."},
        }
    )
}


def operation(project: dict[str, Any]) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Balance"}
    at = {
        "name": "at",
        "in": "query",
        "required": False,
        "description": "In seconds since 1970; everything booked up to then counts. Without it: now.",
        "schema": SECONDS | {"examples": [START]},
    }
    return {
        "operationId": "balance",
        "tags": ["Usage"],
        "summary": "Balance",
        "description": "For admins of the organization that the key's project belongs to. All books add up to nothing.",
        "parameters": [at, project],
        "responses": {
            "200": {
                "description": "Balance",
                "headers": REQUEST_ID,
                "content": {"application/json": {"schema": schema, "examples": {"answer": {"value": _example()}}}},
            },
            **responses([*CALLER, Refusal.ADMINS, Refusal.QUERY, *ROUTE, *SERVER]),
        },
    }


def _example() -> dict[str, Any]:
    books = {str(book): _dollars("0") for book in Book}
    books |= {"promotional": _dollars("3.5"), "usage": _dollars("1.5"), "issued": _dollars("-5")}
    grant = {
        "id": "0193a7c2-5f1e-7c60-8a2b-3d4e5f607182",
        "category": "promotional",
        "model": None,
        "effective_at": START,
        "expires_at": None,
        "amount": _dollars("5"),
        "remaining": _dollars("3.5"),
    }
    told = {"object": "organization.balance", "at": START, "settled": _dollars("3.5"), "held": _dollars("0.0621")}
    return {**told, "books": books, "grants": [grant]}


def _dollars(text: str) -> dict[str, Any]:
    return {"value": float(text), "currency": "usd", "exact": f"{float(text):.12f}"}
