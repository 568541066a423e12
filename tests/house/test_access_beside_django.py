"""The API and the sockets, which Django's addresses do not list, state who may open them, and mean it."""

import uuid
from typing import Any

import httpx2
import pytest
from channels.testing import WebsocketCommunicator

from accounts.access import Access
from config.asgi import application
from gateway.app import api as gateway
from gateway.weave import completions
from playground.routing import websocket_urlpatterns
from tracing.app import application as tracing

TRACING: list[Any] = [route for mount in tracing.routes for route in getattr(mount, "routes", [mount])]
ROUTES: list[Any] = [*gateway.routes, *completions.routes]
CLOSED = [route for route in ROUTES if getattr(route.endpoint, "access", None) != Access.PUBLIC]
SOCKETS = [pattern.callback.consumer_class for pattern in websocket_urlpatterns]


def test_every_route_of_the_api_but_its_description_is_for_those_who_have_a_key() -> None:
    assert {route.path: getattr(route.endpoint, "access", None) for route in ROUTES} == {
        route.path: Access.PUBLIC if route.path == "/v1/openapi.json" else Access.KEY for route in ROUTES
    }


def test_every_route_of_the_trace_server_but_what_is_said_of_itself_is_for_those_who_have_a_key() -> None:
    for_all = {"/server_info", "/health"}
    assert {route.path: getattr(route.endpoint, "access", None) for route in TRACING} == {
        route.path: Access.PUBLIC if route.path in for_all else Access.KEY for route in TRACING
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "headers", [{}, {"authorization": "Bearer lineup-wrong"}, {"authorization": "Basic !"}], ids=str
)
async def test_without_a_key_the_trace_server_refuses(headers: dict[str, str]) -> None:
    transport = httpx2.ASGITransport(application, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver", headers=headers) as client:
        for route in TRACING:
            if route.endpoint.access == Access.KEY and route.path != "/graphql":
                path = f"/traces{route.path}".replace("{", "").replace("}", "")
                answer = await client.request(next(iter(route.methods)), path)
                assert answer.status_code == 401, path
        asked = await client.post("/graphql", json={"query": "{ viewer { username } }"})
        assert asked.json()["errors"][0]["extensions"]["code"] == "PERMISSION_ERROR"


def test_every_socket_states_its_rule() -> None:
    assert [socket for socket in SOCKETS if getattr(socket, "access", None) != Access.SIGNED_IN] == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("route", CLOSED, ids=lambda route: route.path)
async def test_without_a_key_the_api_refuses(route: Any) -> None:
    transport = httpx2.ASGITransport(application, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as client:
        for method in route.methods:
            answer = await client.request(method, route.path.replace("{model_id:path}", "nobody/nothing"))
            assert answer.status_code == 401


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pattern", websocket_urlpatterns, ids=str)
async def test_without_a_session_a_socket_is_closed(pattern: Any) -> None:
    path = f"/{str(pattern.pattern).replace('<uuid:pk>', str(uuid.UUID(int=7)))}"
    headers = [(b"origin", b"http://testserver"), (b"host", b"testserver")]
    communicator = WebsocketCommunicator(application, path, headers=headers)
    await communicator.connect(timeout=30)
    assert (await communicator.receive_output(timeout=30))["type"] == "websocket.close"
    await communicator.wait()
