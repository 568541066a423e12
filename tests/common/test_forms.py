"""Forms that cannot be read are refused in words, whichever door they knock at."""

from __future__ import annotations

import re
from typing import Any

import pytest
from channels.testing import HttpCommunicator
from django.test import Client

from config.asgi import application

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
FIELD = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nabc\r\n"
FILE = b"--x\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\nabc\r\n"
END = b"--x--\r\n"
#: Of people, of staff, of nobody; a visitor and the form's age are looked at only after the form is read.
DOORS = ("/accounts/login/", "/playground", "/staff/login/", "/nowhere/at/all")
UNREADABLE: dict[str, tuple[str, bytes, int, str]] = {
    "another charset": (f"{FORM}; charset=utf-16", b"a=1", 415, "utf-16"),
    "a charset that is no text": (f"{FORM}; charset=base64", b"a=1", 415, "base64"),
    "a charset that there is not": (f"{FORM}; charset=klingon", b"a=1", 415, "klingon"),
    "parts of another charset": (f"{PARTS}; charset=base64", FIELD + END, 415, "base64"),
    "bytes that are no text": (FORM, b"a=\xff\xfe", 400, "not UTF-8"),
    "escapes that are no text": (FORM, b"a=%ed%a0%80", 400, "not UTF-8"),
    "a name that is no text": (FORM, b"%ff=1", 400, "not UTF-8"),
    "parts that are no text": (PARTS, FIELD.replace(b"abc", b"\xff\xfe") + END, 400, "not UTF-8"),
    "half a character in a part": (PARTS, FIELD.replace(b"abc", b"\xed\xa0\x80") + END, 400, "not UTF-8"),
    "too many fields": (FORM, b"a=1&" * 1001, 400, "too many fields"),
    "too many parts": (PARTS, FIELD * 1001 + END, 400, "too many fields"),
    "too many files": (PARTS, FILE * 101 + END, 400, "too many fields"),
    "parts without a boundary": ("multipart/form-data", FIELD + END, 400, "arrived damaged"),
    "parts with a boundary that is none": ("multipart/form-data; boundary=é", FIELD + END, 400, "arrived damaged"),
}
each_fault = pytest.mark.parametrize(("kind", "body", "status", "why"), UNREADABLE.values(), ids=UNREADABLE)


@pytest.fixture
def strict(db: None) -> Client:
    """As a browser is treated."""
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    return client


def sentence(answer: Any) -> str:
    [found] = re.findall(r"data-sentence>(.*?)</p>", answer.content.decode())
    return str(found)


@each_fault
@pytest.mark.parametrize("door", DOORS)
def test_it_is_refused_at_every_door_with_a_page(
    strict: Client, door: str, kind: str, body: bytes, status: int, why: str
) -> None:
    answer = strict.generic("POST", door, body, kind)
    assert (answer.status_code, why in sentence(answer)) == (status, True)
    assert f"Error {status}" in answer.content.decode()
    assert "<h1>This form could not be read</h1>" in answer.content.decode()
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


@each_fault
def test_htmx_is_given_the_sentence_alone(strict: Client, kind: str, body: bytes, status: int, why: str) -> None:
    answer = strict.generic("POST", "/playground", body, kind, headers={"HX-Request": "true"})
    assert (answer.status_code, why in sentence(answer)) == (status, True)
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("door", DOORS)
def test_one_that_is_too_large_is_refused(strict: Client, door: str, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
    answer = strict.generic("POST", door, b"a=" + b"1" * 1_000_000, FORM)
    assert (answer.status_code, sentence(answer)) == (413, "The form is too large: 1 MB is the most.")


@pytest.mark.parametrize("kind", [FORM, f"{FORM}; charset=UTF-8", f'{FORM}; charset="utf-8"', f"{FORM}; charset=UTF8"])
@pytest.mark.parametrize("body", [b"login=%EF%BF%BD", "login=\ufffd".encode(), b"login=%C3%A9", b"login=50%", b""])
def test_what_can_be_read_comes_to_its_view(db: None, kind: str, body: bytes) -> None:
    answer = Client().generic("POST", "/accounts/login/", body, kind)
    assert answer.status_code == 200
    assert b"This field is required" in answer.content


@pytest.mark.parametrize("written", ["", "é", "\ufffd", "\N{OK HAND SIGN}"])
def test_parts_that_can_be_read_come_to_their_view(db: None, written: str) -> None:
    body = FIELD.replace(b"name=a", b"name=login").replace(b"abc", written.encode()) + END
    answer = Client().generic("POST", "/accounts/login/", body, PARTS)
    assert answer.status_code == 200
    assert f'name="login" value="{written}"' in answer.content.decode() or not written
    assert b"This field is required" in answer.content


def test_what_is_no_form_is_left_to_its_view(db: None) -> None:
    answer = Client().generic("POST", "/accounts/login/", b"\xff", "text/plain; charset=base64")
    assert answer.status_code == 200


@pytest.mark.parametrize("kind", [f"{FORM}; charset*=klingon''x", f"{FORM}; charset=\0"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_kind_that_cannot_even_be_read_is_refused_with_a_page_and_logged(
    method: str, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    headers = [(b"host", b"testserver"), (b"content-type", kind.encode())]
    answer = await HttpCommunicator(application, method, "/accounts/login/", b"a=1", headers).get_response()
    assert answer["status"] == 400
    assert "That request made no sense" in answer["body"].decode()
    [record] = [record for record in caplog.records if record.name == "serving.django_requests"]
    assert (record.levelname, bool(record.exc_info)) == ("WARNING", True)
