"""How daphne takes in a request: within limits of size and time, and what it cannot read is refused as JSON.

Daphne hands a request over when all of it is there. So what bounds a body must stand before us, in its own classes; the
server's command makes them, and there is no setting that would name others.
"""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import Any

from daphne import http_protocol
from django.conf import settings
from twisted.internet import reactor as installed_reactor
from twisted.web import http

from common.errors import BadRequest, BodyTooLarge, LineupError, RequestTimeout, ServerFault
from common.ids import uuid7
from gateway.bodies import MOST_BYTES
from serving.http_backpressure import PacedRequest

#: Seconds for which what is still coming is read and thrown away: who is sending hears the answer only if nothing of
#: theirs is left unread.
DEAF_FOR = 10
reactor: Any = installed_reactor


class LimitedRequest(PacedRequest):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Nobody reads what Twisted makes of a form, and taking one of 50 MB apart would hold everybody up.
        self._parsePOSTFormSubmission = False
        # A body reaches us in one piece: thousands of small ones would have to be put together, beside themselves.
        self.server.request_buffer_size = MOST_BYTES + 1
        self._size = 0
        self._began = time.monotonic()
        self._is_whole = self._is_refused = False

    def gotLength(self, length: int | None) -> None:  # noqa: N802  Twisted's name
        super().gotLength(length)
        if length is not None and length > MOST_BYTES:
            self.requestHeaders.removeHeader(b"expect")
            self._refuse(BodyTooLarge())

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802  Twisted's name
        self._size += len(data)
        if self._is_refused:
            return
        if self._size > MOST_BYTES:
            self._refuse(BodyTooLarge())
        else:
            super().handleContentChunk(data)

    def requestReceived(self, *args: Any) -> None:  # noqa: N802  Twisted's name
        self._is_whole = True
        if not self._is_refused:
            self._pass_underscore_on()
            # Daphne believes whoever sends it, and refuses to go on if it is not ASCII.
            self.requestHeaders.removeHeader(b"daphne-root-path")
            super().requestReceived(*args)

    def _pass_underscore_on(self) -> None:
        """Daphne drops headers whose names have one; Weave's client names the project of its spans by such a header."""
        if project := self.requestHeaders.getRawHeaders(b"project_id"):
            self.requestHeaders.setRawHeaders(b"project-id", project)

    def check_timeouts(self) -> None:
        """Daphne asks every two seconds."""
        patience = settings.REQUEST_BODY_TIMEOUT
        if not self._is_whole and not self._is_refused and time.monotonic() - self._began > patience:
            self._refuse(RequestTimeout())
        super().check_timeouts()

    def basic_error(self, status: int, status_text: bytes, body: str) -> None:
        """What daphne itself finds wrong: a header's name or value, an address, a crash."""
        if not self.uri.startswith(b"/v1"):
            super().basic_error(status, status_text, body)
            return
        error = BadRequest(f"{body}.") if status < 500 else ServerFault()
        raw = _json(error)
        headers = [(name.encode(), value.encode()) for name, value in _headers(raw).items()]
        self.handle_reply({"type": "http.response.start", "status": error.status, "headers": headers})
        self.handle_reply({"type": "http.response.body", "body": raw})

    def _refuse(self, error: LineupError) -> None:
        self._is_refused = True
        refuse(self.channel, error)


def refuse(channel: Any, error: LineupError) -> None:
    """The last answer on this connection; nothing that comes after it is looked at."""
    raw = _json(error)
    lines = [f"{name}: {value}" for name, value in (_headers(raw) | {"connection": "close"}).items()]
    head = "\r\n".join([f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}", *lines, "", ""])
    channel.transport.write(head.encode() + raw)
    channel.dataReceived = channel.lineReceived = channel.rawDataReceived = lambda *_: None
    channel.setTimeout(None)
    loose = getattr(channel.transport, "loseWriteConnection", channel.transport.loseConnection)
    loose()
    reactor.callLater(DEAF_FOR, channel.transport.abortConnection)


def _malformed(channel: Any, *_what: Any) -> None:
    refuse(channel, BadRequest("The request is not valid HTTP."))


def _json(error: LineupError) -> bytes:
    return json.dumps(error.body()).encode()


def _headers(raw: bytes) -> dict[str, str]:
    """With an ID, as every answer of the API has one, and for pages of all origins, as it is for all others."""
    return {
        "content-type": "application/json",
        "content-length": str(len(raw)),
        "x-request-id": str(uuid7()),
        "access-control-allow-origin": "*",
    }


def install() -> None:
    """Before daphne begins to listen."""
    # Twisted calls those that it does not know "Unknown Status", 422 and 429 among them.
    http.RESPONSES.update({status.value: status.phrase.encode() for status in HTTPStatus})
    channel: Any = http.HTTPChannel
    channel._respondToBadRequestAndDisconnect = channel.lineLengthExceeded = _malformed
    http_protocol.WebRequest = LimitedRequest
