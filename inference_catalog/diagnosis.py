"""Asking a team's own provider for its models, to say plainly what is wrong with it, and what to do."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from pydantic import ValidationError

from common.texts import storable
from inference_catalog import base_urls, encryption, health, pinning
from inference_catalog.connections import UNREADABLE_KEY
from inference_catalog.listing import NO_LIST, Listed, Models
from inference_catalog.models import Provider

#: Seconds in all, and until a connection stands.
PATIENCE, CONNECTING = 10.0, 5.0
MOST_BYTES = 4 * 1024 * 1024
#: What to ask of a base URL under which something else answers.
NO_V1, ELSEWHERE = "Does the base URL end in /v1?", "Is the API at another host, port or path?"
#: Of a list of models, so many are shown.
MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`what` goes on after the provider's name."""

    what: str
    advice: str = ""
    is_up: bool = False
    models: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        return self.models[:MOST_SHOWN]


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes


def tried(provider: Provider) -> Diagnosis:
    """Never raises for what a provider does."""
    try:
        key, headers = provider.api_key, provider.sent_headers
    except encryption.Unreadable:
        return Diagnosis(UNREADABLE_KEY.partition(":")[0], "Type the key and the headers again.")
    return _with_missing(asyncio.run(_diagnosed(provider.base_url, key, headers)), provider)


def diagnose(provider: Provider) -> Diagnosis:
    """As `tried`, of one as it is saved; what is found is kept as its health."""
    found = tried(provider)
    health.report(provider.pk, ok=found.is_up, detail="" if found.is_up else f"{provider.name} {found.what}")
    return found


def _with_missing(found: Diagnosis, provider: Provider) -> Diagnosis:
    """What it lists, held against what is called there."""
    named = provider.offerings.standing().values_list("upstream_id", flat=True)
    missing = [name for name in named if name not in found.models]
    if not found.models or not missing:
        return found
    return replace(found, advice=f"It does not list {', '.join(missing)}: is the ID right?")


async def _diagnosed(base_url: str, key: str, headers: Mapping[str, str]) -> Diagnosis:
    sent = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
    if key:
        sent["Authorization"] = f"Bearer {key}"
    timeout = aiohttp.ClientTimeout(total=PATIENCE, connect=CONNECTING)
    connector, jar = pinning.for_own(force_close=True), aiohttp.DummyCookieJar()
    # Unpacked here, a few bytes could be gigabytes.
    options: dict[str, Any] = {"timeout": timeout, "headers": sent, "auto_decompress": False}
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar, **options) as session:
        try:
            answer = await _get(session, f"{base_url}/models")
            if answer.status in NO_LIST and await _is_a_list(session, f"{base_url}/v1/models"):
                return Diagnosis("answers under /v1", f"Add /v1 to the end of the base URL: {base_url}/v1")
        except (aiohttp.ClientError, OSError, UnicodeError, ValueError) as error:
            return _fault(error)
    return _read(answer, doubt=ELSEWHERE if base_urls.has_version(base_url) else NO_V1)


async def _get(session: aiohttp.ClientSession, url: str) -> _Answer:
    """Raises ValueError when it is too long."""
    async with session.get(url, allow_redirects=False) as response:
        body = bytearray()
        async for part in response.content.iter_any():
            body += part
            if len(body) > MOST_BYTES:
                raise ValueError
        return _Answer(response.status, bytes(body))


async def _is_a_list(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        return _read(await _get(session, url), doubt="").is_up
    except (aiohttp.ClientError, OSError, UnicodeError, ValueError):
        return False


#: What the exceptions of a connection mean; the first that fits counts.
FAULTS: tuple[tuple[tuple[type[BaseException], ...], Diagnosis], ...] = (
    (
        (TimeoutError,),
        Diagnosis(f"did not answer within {PATIENCE:g} s (timeout)", "Is it running, and open to this server?"),
    ),
    (
        (ssl.SSLCertVerificationError, aiohttp.ClientConnectorCertificateError),
        Diagnosis("has a TLS certificate that is not trusted", "Its name, its end or who signed it is wrong."),
    ),
    ((ssl.SSLError,), Diagnosis("does not speak TLS there", "Try http://, or another port.")),
    (
        (aiohttp.InvalidURL,),
        Diagnosis("has a host that cannot be called", "Write an address as four numbers with dots between."),
    ),
    (
        (socket.gaierror, UnicodeError),
        Diagnosis("has a name that is not found (DNS)", "Is the host in the base URL spelled right?"),
    ),
    (
        (ConnectionRefusedError,),
        Diagnosis("refused the connection", "Nothing listens at this host and port: is the server running?"),
    ),
    (
        (aiohttp.ClientConnectorError,),
        Diagnosis("cannot be reached", "No way leads from this server to that address."),
    ),
    (
        (aiohttp.ClientError, ConnectionError),
        Diagnosis("closed the connection without an answer in HTTP", "Try the other of http:// and https://."),
    ),
)
TOO_LONG = Diagnosis("sent more than a list of models can be", "Something else listens there.")


def _fault(error: Exception) -> Diagnosis:
    if refused := pinning.refusal(error):
        return Diagnosis("is at an address that is not called", f"{refused}.")
    causes = list(pinning.causes(error))
    fits = (diagnosis for kinds, diagnosis in FAULTS if any(isinstance(cause, kinds) for cause in causes))
    return next(fits, TOO_LONG)


def _read(answer: _Answer, doubt: str) -> Diagnosis:
    if answer.status != 200:
        return _of_status(answer.status, doubt)
    try:
        models = Models.model_validate(json.loads(answer.body)).data
    except (ValueError, ValidationError, RecursionError):
        what = "a web page" if answer.body.lstrip()[:1] == b"<" else "something else"
        return Diagnosis(f"does not speak OpenAI's protocol: it sent {what} instead of a list of models", doubt)
    # What is no text can be neither shown nor kept, so no model is called so.
    listed = [entry for entry in models if storable(entry.id) == entry.id]
    if not listed:
        return Diagnosis("answers, and its list of models is empty", "Load a model there, then test again.", is_up=True)
    count = f"{len(listed)} model{'' if len(listed) == 1 else 's'}"
    return Diagnosis(f"answers and lists {count}", is_up=True, models=_ids(listed))


def _ids(listed: Iterable[Listed]) -> tuple[str, ...]:
    return tuple(sorted({entry.id[:200] for entry in listed}))


def _of_status(status: int, doubt: str) -> Diagnosis:
    if status in (401, 403):
        return Diagnosis(f"refuses the API key ({status})", "Type the key again, or ask who runs it for one.")
    if status in NO_LIST:
        return Diagnosis(f"knows no list of models at this address ({status})", doubt)
    if 300 <= status < 400:
        return Diagnosis(f"redirects elsewhere ({status}), which is not followed", "Give the address it leads to.")
    if status == 429:
        return Diagnosis("is asked too often (429)", "Wait a moment, then test again.")
    return Diagnosis(f"answered {status}", "It has a fault of its own: see its log.")
