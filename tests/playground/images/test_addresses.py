"""An image by its address is fetched from where the server may look, within bounds, and checked like any other."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from playground.images import fetching, reading
from playground.models import Attachment, Comparison, Image
from tests.inference_catalog.own.owning import Names
from tests.playground.images.pictures import picture
from tests.playground.images.test_bringing import sentence

PNG = picture()


class Pages(BaseHTTPRequestHandler):
    """By path: an image, and all that can go wrong."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        status, body, headers = {
            "/cat%20one.png?size=2": (200, PNG, {"Content-Type": "text/html"}),
            "/away": (302, b"", {"Location": "/cat.png"}),
            "/gone": (404, b"no", {}),
            "/page": (200, b"<html>", {"Content-Type": "image/png"}),
            "/long": (200, b"\x89PNG" * 100_000, {}),
            "/half": (200, PNG[:100], {"Content-Length": str(len(PNG))}),
        }.get(self.path, (200, PNG, {}))
        if self.path == "/slow":
            self.server.over.wait(20)  # type: ignore[attr-defined]
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Site(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Pages)
        self.asked: list[str] = []
        self.over = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """Whoever was refused went away."""


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    settings.IMAGES_MAY_BE_PRIVATE = True
    site = Site()
    thread = threading.Thread(target=site.serve_forever)
    thread.start()
    yield site
    site.over.set()
    site.shutdown()
    site.server_close()
    thread.join()


@pytest.fixture
def at(comparison: Comparison) -> str:
    return f"/playground/{comparison.pk}/images/address"


def test_it_is_one_of_the_draft(alice_client: Client, site: Site, at: str) -> None:
    answer = alice_client.post(at, {"url": f" {site.url}/cat%20one.png?size=2#part "})
    assert "cat one.png" in answer.content.decode()
    assert (Attachment.objects.get().name, Image.objects.get().content()) == ("cat one.png", PNG)


def test_an_address_may_hold_the_image_itself(alice_client: Client, at: str) -> None:
    url = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert alice_client.post(at, {"url": url}).status_code == 200
    assert Image.objects.get().content() == PNG
    assert "base64" in sentence(alice_client.post(at, {"url": "data:image/png;base64,***"}))


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/away", "leads on to another address"),
        ("/gone", "answered 404"),
        ("/page", "no image that models take"),
        ("/half", "did not answer"),
    ],
)
def test_what_went_wrong_is_said(alice_client: Client, site: Site, at: str, path: str, why: str) -> None:
    assert why in sentence(alice_client.post(at, {"url": site.url + path}))
    assert site.asked == [path]
    assert not Image.objects.exists()


def test_it_is_bounded_in_bytes(alice_client: Client, site: Site, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (fetching, reading):
        monkeypatch.setattr(module, "MOST_BYTES", 100_000)
    assert "more than 0 MB" in sentence(alice_client.post(at, {"url": f"{site.url}/long"}))


def test_it_is_bounded_in_time(alice_client: Client, site: Site, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PATIENCE", 0.3)
    assert "did not come within" in sentence(alice_client.post(at, {"url": f"{site.url}/slow"}))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "cat.png",
        "ftp://example.com/cat.png",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@example.com/cat.png",
        "https://example.com/a cat.png",
        "https://example.com\\@127.0.0.1/",
        "https://[::1/cat.png",
        "https://example.com:99999/cat.png",
        "https://example.com/" + "a" * 2000,
        "http://a\0b/",
    ],
)
def test_what_is_no_address_is_refused(alice_client: Client, at: str, url: str) -> None:
    assert "begin with http" in sentence(alice_client.post(at, {"url": url}))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost.test", "169.254.169.254", "[::ffff:169.254.169.254]", "10.0.0.1", "[fd00:ec2::254]"],
)
def test_it_looks_nowhere_but_on_the_internet(
    alice_client: Client, site: Site, at: str, host: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMAGES_MAY_BE_PRIVATE = False
    # What admins may connect is not what everybody may look at.
    settings.OWN_PROVIDERS_MAY_BE_PRIVATE = True
    Names(monkeypatch).known["localhost.test"] = [["127.0.0.1"]]
    said = sentence(alice_client.post(at, {"url": f"http://{host}:{site.server_port}/cat.png"}))
    assert "not on the internet" in said
    assert site.asked == []


def test_a_name_that_moves_after_the_check_leads_nowhere_else(
    alice_client: Client, site: Site, at: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMAGES_MAY_BE_PRIVATE = False
    Names(monkeypatch).known["moving.test"] = [["93.184.215.14"], ["127.0.0.1"]]
    assert sentence(alice_client.post(at, {"url": f"http://moving.test:{site.server_port}/cat.png"}))
    assert site.asked == []
