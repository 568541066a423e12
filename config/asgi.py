"""The served application: Django, the Playground's socket, and the API beside them in one process."""

import asyncio
import os
from importlib import import_module
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from serving.django_requests import Pages

django_application = Pages()

# Below stands what may be imported only when Django is set up.

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from billing import chores, writer  # noqa: E402
from config.origins import SameOrigin  # noqa: E402
from gateway.app import application as gateway  # noqa: E402
from gateway.weave import application as completions  # noqa: E402
from playground.routing import websocket_urlpatterns  # noqa: E402
from serving import (  # noqa: E402
    garbage_collection,
    http_backpressure,
    open_files,
    request_limits,
    shutdown,
    statement_timeout,
)
from serving.socket_backpressure import Backpressure  # noqa: E402
from tracing.app import application as tracing  # noqa: E402

# All pages are imported before the port opens, not while the first to knock wait.
import_module(settings.ROOT_URLCONF)
open_files.allow_many()
request_limits.install()
http_backpressure.install()
shutdown.install()
statement_timeout.install()
garbage_collection.settle()


#: By the first part of their addresses, which no team may take.
BESIDE_DJANGO: dict[str, Any] = {"v1": gateway, "traces": tracing, "graphql": tracing}
#: These of the trace server ask a model.
COMPLETIONS = "/traces/completions/"


async def http(scope: Any, receive: Any, send: Any) -> None:
    path = scope["path"]
    chosen = BESIDE_DJANGO.get(path.removeprefix("/").split("/", 1)[0], django_application)
    chosen = completions if path.startswith(COMPLETIONS) else chosen
    task: Any = asyncio.current_task()
    shutdown.requests.add(task)
    try:
        await chosen(scope, receive, send)
    finally:
        shutdown.requests.discard(task)


protocols = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": Backpressure(SameOrigin(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))),
    }
)


async def application(scope: Any, receive: Any, send: Any) -> None:
    # daphne tells nobody that it has started: whoever knocks first wakes the books, which settle what a process that
    # was killed has left behind.
    writer.start()
    chores.start()
    await protocols(scope, receive, send)
