"""What the server and the page both have to know stands twice: here it is the same."""

import re

import pytest

from common import bounds, brackets
from playground import protocol, structure, tool_calls
from playground.images import fitting, reading
from tests.house.files import ROOT

SCRIPTS = ROOT / "static/js/playground"
TWINS = [
    ("maths.js", "LONGEST", brackets.LONGEST),
    ("maths.js", "MOST_LINES", brackets.MOST_LINES),
    ("live-calls.js", "SHOWN", tool_calls.SHOWN),
    ("schema-watch.js", "MOST_TOLD", structure.MOST_TOLD),
    ("images.js", "MOST", protocol.MOST_IMAGES),
    ("image-fit.js", "MOST_BYTES", reading.MOST_BYTES),
    ("image-worker.js", "MOST_BYTES", fitting.KEPT_BYTES),
    ("image-worker.js", "LONGEST_SIDE", fitting.LONGEST_SIDE),
]


@pytest.mark.parametrize(("script", "name", "number"), TWINS)
def test_a_number_of_the_page_is_that_of_the_server(script: str, name: str, number: int) -> None:
    source = (SCRIPTS / script).read_text(encoding="utf-8")
    assert [int(found) for found in re.findall(rf"^const {name} = ([\d_]+);$", source, re.MULTILINE)] == [number]


def test_the_page_follows_the_links_that_the_server_does() -> None:
    source = (SCRIPTS / "markdown.js").read_text(encoding="utf-8")
    assert f"const SAFE_LINK = /^(?:{bounds.SAFE_LINK.pattern.replace('/', chr(92) + '/')})/i;" in source
