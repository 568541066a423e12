"""Behaviour is in modules, never in markup: the content security policy would refuse it anyway."""

import re
from pathlib import Path

import pytest

from tests.house.files import name, ours

TEMPLATES = list(ours(".html"))
INLINE = {
    "a script in the page": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.IGNORECASE
    ),
    "a style sheet in the page": re.compile(r"<style\b", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an htmx handler": re.compile(r"\shx-on[:a-z-]*\s*=|\shx-vals=[\"']js:", re.IGNORECASE),
    "a script as an address": re.compile(r"[\"']\s*javascript:", re.IGNORECASE),
    "somebody else's server": re.compile(r"<(?:script|link|img)[^>]*(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_it_holds_no_code(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert {what: found.group() for what, pattern in INLINE.items() if (found := pattern.search(text))} == {}
