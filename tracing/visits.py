"""Who calls, and which project is meant: the doors of the trace server.

A key opens the projects of its person's organizations. What belongs to another does not exist, and a project that does
not exist yet is made by the first write of somebody who may.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, Protocol, TypeVar

from django.core.exceptions import ValidationError as Unfit
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from accounts.access import Access
from accounts.authentication import caller_for
from accounts.models import Project, Team, User
from accounts.places import place_of
from accounts.slugs import validate_project_slug
from common.errors import NotAuthenticated
from tracing import database, piecemeal
from tracing.bodies import raw_body
from tracing.errors import Invalid, Missing

Body = TypeVar("Body", bound=BaseModel)
Endpoint = Callable[[Request], Awaitable[Response]]
Action = Callable[["Visit", Body], Any]


@dataclass(frozen=True, slots=True)
class Space:
    """A project that the caller may read and write."""

    project_id: uuid.UUID
    path: str
    user_id: int


class Guest(Protocol):
    """Who opens projects: a key's bearer, or on pages a person."""

    def space(self, path: str) -> Space: ...


@dataclass(frozen=True, slots=True)
class Visit:
    secret: str
    user_id: int
    #: Names in the address, such as an object's.
    names: dict[str, str]
    headers: dict[str, str]

    @property
    def path(self) -> str:
        """The project that the address names."""
        return f"{self.names['entity']}/{self.names['project']}"

    @property
    def user(self) -> User:
        return User.objects.get(pk=self.user_id)

    def space(self, path: str, *, make: bool = False) -> Space:
        """The project at "team/project". Raises Missing."""
        team, _, slug = path.partition("/")
        try:
            if not team or not slug:
                raise NotAuthenticated
            caller = caller_for(self.secret, path)
        except NotAuthenticated:
            if not make:
                raise Missing(f"There is no project '{path[:200]}' that this key may open.") from None
            return Space(self._made(team, slug).pk, path, self.user_id)
        return Space(caller.project_id, path, self.user_id)

    def write(self, path: str) -> Space:
        return self.space(path, make=True)

    def _made(self, team_slug: str, slug: str) -> Project:
        team = Team.objects.for_user(self.user).filter(slug=team_slug).first()
        if team is None:
            raise Missing(f"There is no team '{team_slug[:100]}' that this key may open.")
        return make_project(team, slug)


def make_project(team: Team, slug: str) -> Project:
    try:
        validate_project_slug(slug)
    except Unfit as unfit:
        raise Invalid(f"'{slug[:100]}' cannot name a project. {unfit.messages[0]}") from None
    return Project.objects.get_or_create(team=team, slug=slug)[0]


def taking(shape: type[Body], *, may_take_long: bool = False) -> Callable[[Action[Body]], Endpoint]:
    """The endpoint of an action that takes this body, for those who have a key; a test walks the routes and checks.

    The action answers with what becomes JSON, or with a response of its own.
    """

    def endpoint_of(action: Action[Body]) -> Endpoint:
        @wraps(action)
        async def endpoint(request: Request) -> Response:
            act = partial(_act, action, shape)
            return await answered(request, await raw_body(request), act, may_take_long=may_take_long)

        return for_keys(endpoint)

    return endpoint_of


def asking(shape: type[Body]) -> Callable[[Action[Body]], Endpoint]:
    """As `taking`, of an action whose members stand in the address."""
    lists = {name for name, field in shape.model_fields.items() if "list" in str(field.annotation)}

    def endpoint_of(action: Action[Body]) -> Endpoint:
        @wraps(action)
        async def endpoint(request: Request) -> Response:
            given = request.query_params
            members = {name: given.getlist(name) if name in lists else given[name] for name in given}
            return await answered(request, to_json(members), partial(_act, action, shape))

        return for_keys(endpoint)

    return endpoint_of


def for_keys(endpoint: Endpoint) -> Endpoint:
    """States that an address is for those who have a key: it answers through `answered`, which sees to it."""
    return _stated(endpoint, Access.KEY)


def for_all(endpoint: Endpoint) -> Endpoint:
    """States that an address tells nothing of anybody and needs no key."""
    return _stated(endpoint, Access.PUBLIC)


def _stated(endpoint: Any, access: Access) -> Endpoint:
    endpoint.access = access
    stated: Endpoint = endpoint
    return stated


async def check_key(request: Request) -> None:
    """Before a body is taken apart that only those who have a key may send. Raises NotAuthenticated."""
    secret = secret_of(request.headers.get("authorization", ""))
    await database.run(lambda: caller_for(secret))


def _act(action: Action[Body], shape: type[Body], visit: Visit, raw: bytes) -> Any:
    return action(visit, read(shape, raw))


async def answered(
    request: Request, body: Any, action: Callable[[Visit, Any], Any], *, may_take_long: bool = False
) -> Response:
    secret = secret_of(request.headers.get("authorization", ""))
    place = place_of(request.scope)
    headers = dict(request.headers)

    def work() -> Response:
        caller = caller_for(secret, door="traces", address=place.address)
        place.check()
        result = action(Visit(secret, caller.user_id, request.path_params, headers), body)
        return result if isinstance(result, Response) else json(result)

    return await database.run(work, may_take_long=may_take_long)


def json(value: Any) -> Response:
    return Response(piecemeal.json(value), media_type="application/json")


def read(shape: type[Body], raw: bytes) -> Body:
    try:
        return shape.model_validate_json(raw or b"{}")
    except ValidationError as error:
        raise Invalid.of(error) from None


def secret_of(authorization: str) -> str:
    """Of `Bearer <key>`, or of Basic, where the key is the password of any user."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() != "basic":
        raise NotAuthenticated
    try:
        user_and_key = base64.b64decode(credentials.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise NotAuthenticated from None
    return user_and_key.partition(":")[2]


def presentable(name: str) -> str:
    """A project's name as an address can have it."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")
