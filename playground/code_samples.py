"""A request as code that sends it: what the Playground sends, word for word, from a program of the reader's own."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from common.chat_shapes import CHAT
from common.literals import JAVASCRIPT, JSON, PYTHON, write
from inference_catalog.samples import KEY, LANGUAGES, CodeSample
from playground.images import files


def code_samples(body: dict[str, Any], *, base_url: str, project: str) -> list[CodeSample]:
    """The page escapes a sample as a whole. No line of a shell's document can end it: in JSON all text is quoted."""
    names = files.names_in(body)
    values = {
        "base_url": base_url,
        "project": project,
        "key": KEY,
        "images": names,
        "arguments": {at: _arguments(files.for_python(body), at) for at in ("4", "8")},
        "javascript": write(files.for_javascript(body), JAVASCRIPT),
        "json": files.json_for_shell(body) if names else write(body, JSON),
    }
    return [
        CodeSample(language, render_to_string(f"playground/code/{language.key}.txt", values).strip() + "\n")
        for language in LANGUAGES
    ]


def _arguments(body: dict[str, Any], at: str) -> list[str]:
    """Of a call in Python, so many spaces in. What OpenAI's client has no name for goes through it by another door."""
    named = {name: value for name, value in body.items() if name in CHAT.known}
    others = {name: value for name, value in body.items() if name not in CHAT.known}
    if others:
        named["extra_body"] = others
    return [f"{name}={write(value, PYTHON, int(at))}" for name, value in named.items()]
