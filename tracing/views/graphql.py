"""The GraphQL door. Every answer is 200, as the client expects; what went wrong is in it."""

from __future__ import annotations

from typing import Any

from graphql import graphql_sync
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from common.errors import BodyTooLarge, NotAuthenticated
from tracing.bodies import raw_body
from tracing.graphql_schema import SCHEMA, Root
from tracing.shapes import Members
from tracing.visits import Visit, answered, for_keys, read

LONGEST = 100_000
#: The client's questions have some dozens. Each name may cost a query, and under other names it may be asked again.
MOST_TOKENS = 1_000


class TooLong(BodyTooLarge):
    message = f"A question in GraphQL has at most {LONGEST:,} bytes"


class Question(BaseModel):
    query: str
    variables: Members | None = None
    operationName: str | None = None  # noqa: N815 (a member's name)


@for_keys
async def graphql(request: Request) -> Response:
    raw = await raw_body(request)
    if len(raw) > LONGEST:
        raise TooLong
    try:
        return await answered(request, read(Question, raw), _answered)
    except NotAuthenticated as error:
        return JSONResponse({"errors": [{"message": error.message, "extensions": {"code": "PERMISSION_ERROR"}}]})


def _answered(visit: Visit, question: Question) -> Any:
    result = graphql_sync(
        SCHEMA,
        question.query,
        root_value=Root(),
        context_value=visit,
        variable_values=question.variables,
        operation_name=question.operationName,
        max_tokens=MOST_TOKENS,
    )
    return result.formatted
