"""The key and a header of a team's own provider are nowhere: not in logs, pages, answers, the database or a process."""

from __future__ import annotations

import re

import httpx2
import pytest

from tests.conftest import Serve
from tests.faults.callers import answered, asked
from tests.faults.test_canary import SAID, everything, places, refuses
from tests.serving import Served
from tests.upstreams.scripted import DONE, FINISH, HEAD, USAGE, Upstream, sends

KEY, HEADER = "canary-own-key-Zq7", "canary-own-header-Zq7"
TALE = f'{{"error": {{"message": "{KEY} and {HEADER} are wrong"}}}}'.encode()
ACTS = [
    sends(HEAD, SAID, FINISH, USAGE, DONE),
    sends(HEAD, SAID, b"data: " + TALE + b"\n\n"),
    sends(HEAD, b"data: " + TALE + b"\n\n"),
    refuses(400, TALE),
    refuses(401, TALE),
    refuses(500, TALE),
]


def posted(client: httpx2.Client, path: str, **fields: str) -> httpx2.Response:
    token = client.cookies["csrftoken"]
    return client.post(path, data={**fields, "csrfmiddlewaretoken": token})


def connect(served: Served, client: httpx2.Client, base_url: str) -> tuple[str, list[str]]:
    """The provider's address, and the pages that were seen on the way, a test among them.

    Not the refused form: it gives back to its writer, and to nobody else, what was written.
    """
    client.get(served.sign_in_link())
    seen = [client.get("/settings/providers").text]
    typed = {"name": "Ours", "slug": "ours", "api_key": KEY, "headers_text": f"X-Tenant: {HEADER}"}
    refused = posted(client, "/settings/providers/new", **typed, base_url="http://169.254.169.254/")
    assert (refused.status_code, KEY in refused.text) == (422, True)
    assert "no-store" in refused.headers["cache-control"]
    made = posted(client, "/settings/providers/new", **typed, base_url=base_url)
    assert made.status_code == 200, made.text
    path = str(made.url.path)
    model = {"upstream_id": "canary", "context_window": "8000", "input": "0", "output": "0"}
    seen += [made.text, posted(client, f"{path}/models/new", **model).text, posted(client, f"{path}/test").text]
    return path, seen


@pytest.mark.parametrize("level", ["WARNING", "DEBUG"])
async def test_no_canary_is_anywhere(serve: Serve, level: str) -> None:
    served = serve(LOG_LEVEL=level, OWN_PROVIDERS_MAY_BE_PRIVATE="true")
    with Upstream() as provider, httpx2.Client(base_url=served.url, follow_redirects=True, timeout=30) as client:
        path, seen = connect(served, client, provider.base_url)
        assert re.fullmatch("/settings/providers/[0-9a-f-]{36}", path)
        key, heard = served.key(), []
        for act in ACTS:
            provider.does(act)
            for stream in (True, False):
                body = asked("Say something", stream=stream) | {"model": "local/ours/canary"}
                heard.append((await answered(served, key, body)).body)
            assert provider.asked[0].headers["authorization"] == f"Bearer {KEY}"
            assert provider.asked[0].headers["x-tenant"] == HEADER
        seen += [client.get(page).text for page in (path, "/settings/providers", "/inference")]
    written = everything(served)
    shown = {f"page {number}": page.encode() for number, page in enumerate(seen)}
    told = {f"answer {number}": body for number, body in enumerate(heard)}
    assert places(written, "local/ours/canary"), "not even the model is found"
    assert places(written | shown | told, KEY, HEADER) == []
