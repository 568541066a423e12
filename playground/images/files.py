"""Images in code: each is a file beside it, read and encoded when the code runs, since no page is to hold megabytes."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Any

from common.literals import JAVASCRIPT, JSON, PYTHON, Code, write
from playground.images.placeholders import Body, Placeholder, urls_in, with_urls

#: Stands in JSON where a shell is to put an image; no text of JSON holds a bare one of these.
_MARK = "\x01{}\x01"


def names_in(body: Mapping[str, Any]) -> list[str]:
    """The files that code of this request reads."""
    return list(dict.fromkeys(known.name for url in urls_in(body) if (known := Placeholder.read(url))))


def for_python(body: Body) -> Body:
    return _with(body, lambda image: f"image({write(image.name, PYTHON)}, {write(image.media_type, PYTHON)})")


def for_javascript(body: Body) -> Body:
    return _with(body, lambda image: f"image({write(image.name, JAVASCRIPT)}, {write(image.media_type, JAVASCRIPT)})")


def json_for_shell(body: Body) -> str:
    """JSON for a document that the shell reads for `$(…)`: all else that it would read is escaped."""
    commands: list[str] = []

    def marked(image: Placeholder) -> str:
        command = f"$(base64 < {shlex.quote(image.name)} | tr -d '\\n')"
        commands.append(f'"data:{image.media_type};base64,{command}"')
        return _MARK.format(len(commands) - 1)

    text = write(_with(body, marked), JSON)
    for sign in ("\\", "$", "`"):
        text = text.replace(sign, f"\\{sign}")
    for number, command in enumerate(commands):
        text = text.replace(_MARK.format(number), command)
    return text


def _with(body: Body, expression: Callable[[Placeholder], str]) -> Body:
    def changed(url: str) -> str:
        known = Placeholder.read(url)
        return Code(expression(known)) if known else url

    return with_urls(body, changed)
