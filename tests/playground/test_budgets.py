"""What the Playground's page may cost, in counts that no machine changes: bytes of a first load, database queries."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from posixpath import dirname, join, normpath

import brotli
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inference_catalog.models import Model
from playground.models import Answer, Comparison, Lane, Message

MOST_BYTES = 250_000
#: Of the whole page: who asks, what the shell shows, the board.
MOST_QUERIES = 60
LINKED = re.compile(r'<(?:script[^>]* src|link rel="stylesheet" href)="(/static/[^"]+)"')
#: Of our own files, where each statement has its line; a package imports nothing.
IMPORTED = re.compile(r'^(?:(?:import|export) (?:[^"\n]* from )?"|@import url\(")([^"]+)"', re.MULTILINE)


def fetched(client: Client, page: str) -> dict[str, int]:
    """All scripts and styles that the page loads before anything happens on it, and how many bytes of each come."""
    sizes: dict[str, int] = {}
    wanted = LINKED.findall(page)
    while wanted:
        if (address := wanted.pop()) in sizes:
            continue
        response = client.get(address, headers={"accept-encoding": "gzip, br"})
        assert response.status_code == 200, address
        sizes[address] = len(response.content)
        if "/vendor/" not in address:
            source = brotli.decompress(response.content).decode()
            wanted += [normpath(join(dirname(address), path)) for path in IMPORTED.findall(source)]
    return sizes


def test_a_first_load_is_small(alice_client: Client, comparison: Comparison) -> None:
    sizes = fetched(alice_client, alice_client.get(comparison.get_absolute_url()).content.decode())
    assert {"/static/js/playground/board.js", "/static/css/tokens.css"} <= sizes.keys()
    assert sum(sizes.values()) < MOST_BYTES, sorted(sizes.items(), key=lambda each: -each[1])[:10]


@pytest.mark.parametrize("path", ["css/app.css", "js/app.js", "icon.svg"])
@pytest.mark.parametrize(
    ("takes", "encoding", "decompress"),
    [("gzip, deflate, br, zstd", "br", brotli.decompress), ("gzip, deflate", "gzip", gzip.decompress)],
)
def test_text_is_served_as_the_browser_takes_it(
    client: Client, path: str, takes: str, encoding: str, decompress: Callable[[bytes], bytes]
) -> None:
    plain = client.get(f"/static/{path}")
    whole = plain.getvalue()
    small = client.get(f"/static/{path}", headers={"accept-encoding": takes})
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == encoding
    assert decompress(small.content) == whole
    assert small.headers["Content-Length"] == str(len(small.content))
    assert plain.headers["Vary"] == small.headers["Vary"] == "Accept-Encoding"
    again = client.get(f"/static/{path}", headers={"accept-encoding": takes, "if-none-match": small.headers["ETag"]})
    assert (again.status_code, again.getvalue()) == (304, b"")


def test_a_font_is_served_as_it_is(client: Client) -> None:
    font = client.get("/static/vendor/inter/files/inter-latin-wght-normal.woff2", headers={"accept-encoding": "gzip"})
    assert font.getvalue()
    assert "Content-Encoding" not in font.headers


def talk(lane: Lane, turns: int) -> None:
    for turn in range(turns):
        Message.objects.create(lane=lane, role="user", text=f"Question {turn}")
        message = Message.objects.create(lane=lane, role="assistant", text=f"Answer {turn}")
        Answer.objects.create(message=message, lane=lane, model=lane.model.model_id, state="done")


def queries(client: Client, comparison: Comparison) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(comparison.get_absolute_url()).status_code == 200
    return len(asked)


def test_a_lane_costs_five_questions_and_a_message_none(
    alice_client: Client, comparison: Comparison, models: list[Model]
) -> None:
    """Its last answer, what is being written, who answers there, its transcript and the images in it."""
    for lane in comparison.lanes.all():
        talk(lane, 1)
    two = queries(alice_client, comparison)
    for letter in "CDEFGH":
        Lane.objects.create(comparison=comparison, letter=letter, model=models[0])
    for lane in comparison.lanes.all():
        talk(lane, 10)
    assert queries(alice_client, comparison) <= two + 6 * 5 <= MOST_QUERIES
