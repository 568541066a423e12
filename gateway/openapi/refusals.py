"""Every refusal of the API with what it says, from the errors themselves."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any

from common import errors
from common.chat import ChatRequest
from common.errors import BadRequest, LineupError
from common.shapes import Schema
from gateway.errors import NoSuchAddress, advice
from gateway.openapi.answers import REQUEST_ID

ERROR: Schema = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": {"type": "string", "description": "A sentence for people."},
                "type": {"type": "string"},
                "param": {"type": ["string", "null"], "description": "The parameter or header that is at fault."},
                "code": {"type": ["string", "null"], "description": "A word for programs."},
            },
        }
    },
}
#: What each header of an answer says.
ADVISED = {
    "retry-after": "Seconds to wait before trying again.",
    "retry-after-ms": "The same in milliseconds.",
    "x-should-retry": "`false`: trying again does not help.",
    "www-authenticate": "How to say who you are.",
    "allow": "The methods that this address takes.",
    "x-ratelimit-limit-requests": "Requests that may run at once.",
    "x-ratelimit-remaining-requests": "How many more may run now.",
    "x-ratelimit-reset-requests": "When asking again makes sense.",
}


def _bad_body() -> BadRequest:
    """Asked for on purpose, so that the document shows what really is answered."""
    try:
        ChatRequest.parse({"model": "a/b", "messages": [{"role": "user", "content": [{"type": "image_url"}]}]})
    except BadRequest as error:
        return error
    raise AssertionError("a part without its image was let through")


class Refusal(Enum):
    """An error, and when it is answered."""

    PARAMETER = (_bad_body(), "A parameter is missing or wrong; `param` names it.")
    JSON = (
        BadRequest("The body is not valid JSON (Expecting value, at line 1, column 1).", code="invalid_json"),
        "The body cannot be read.",
    )
    HEADER = (
        BadRequest("The header 'authorization' is there twice.", param="authorization", code="duplicate_header"),
        "A header is there twice, or holds what no header may.",
    )
    KEY = (errors.NotAuthenticated(), "The key is unknown, revoked or expired, or the project is not one of yours.")
    QUERY = (
        BadRequest("'start_time' is missing.", param="start_time", code="missing_required_parameter"),
        "A parameter is missing or wrong; `param` names it.",
    )
    ADMINS = (errors.AdminsOnly(), "The key is of somebody who is no admin of the organization.")
    COUNTRY = (errors.CountryNotSupported(), "You call from where this server may not answer.")
    MODEL = (
        errors.ModelNotFound("The model `no/model` does not exist or you do not have access to it.", param="model"),
        "There is no such model.",
    )
    RETIRED = (
        errors.ModelNotFound("The model `old/model` was retired. Use `new/model` instead.", param="model"),
        "The model was retired.",
    )
    ADDRESS = (NoSuchAddress("There is nothing at GET /v1/nothing."), "There is no such address.")
    METHOD = (errors.MethodNotAllowed(), "The address does not take this method.")
    SLOW = (errors.RequestTimeout(), "The body took too long.")
    SIZE = (errors.BodyTooLarge(), "The body is larger than 50 MB.")
    KIND = (
        errors.UnsupportedMediaType("Send the body as 'Content-Type: application/json'.", param="content-type"),
        "The body is something else than JSON, or is compressed.",
    )
    PROVIDER = (
        errors.UpstreamRefused(422, "No such tool", code="invalid_request"),
        "The model's provider finds fault with the request, and says why.",
    )
    CONCURRENCY = (errors.ConcurrencyLimitReached(64), "Too many requests of yours, or of the project, are running.")
    QUOTA = (
        errors.QuotaExceeded(),
        "What is left of the credits or of the spending cap does not cover what the request may cost.",
    )
    FAULT = (errors.ServerFault(), "Something broke here. Try again, and tell who runs this server if it stays.")
    BUSY = (errors.Overloaded(), "No provider of the model can be reached, or this server is about to stop.")

    def __init__(self, error: LineupError, when: str) -> None:
        self.error = error
        self.when = when


#: In the order in which a request is refused.
CALLER = (Refusal.HEADER, Refusal.KEY, Refusal.COUNTRY)
BODY = (Refusal.PARAMETER, Refusal.JSON, Refusal.SLOW, Refusal.SIZE, Refusal.KIND, Refusal.PROVIDER)
SPENDING = (Refusal.QUOTA, Refusal.CONCURRENCY)
ROUTE = (Refusal.ADDRESS, Refusal.METHOD)
SERVER = (Refusal.FAULT, Refusal.BUSY)


def responses(refusals: Iterable[Refusal]) -> dict[str, Any]:
    by_status: dict[str, list[Refusal]] = {}
    for refusal in refusals:
        by_status.setdefault(str(refusal.error.status), []).append(refusal)
    return {status: _response(those) for status, those in sorted(by_status.items())}


def _response(refusals: list[Refusal]) -> dict[str, Any]:
    examples = {one.name.lower(): {"summary": one.when, "value": one.error.body()} for one in refusals}
    schema = {"$ref": "#/components/schemas/Error"}
    return {
        "description": " ".join(one.when for one in refusals),
        "headers": REQUEST_ID | {name: header for one in refusals for name, header in _advice(one)},
        "content": {"application/json": {"schema": schema, "examples": examples}},
    }


def _advice(refusal: Refusal) -> Iterable[tuple[str, Any]]:
    named = {"allow": "POST"} if refusal is Refusal.METHOD else {}
    for name, value in (advice(refusal.error) | named).items():
        yield name, {"description": ADVISED[name], "schema": {"type": "string"}, "example": value}
