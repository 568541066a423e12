"""Any value survives being written into a program, and no text gets out of its quotes or hides in the page."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from common.literals import JAVASCRIPT, JSON, PYTHON, write

#: What ends, opens or escapes something in one language or another.
NASTY = (
    '"', "'", "\\", "\\u0000", "\n", "\r", "\r\n", "\0", "\x7f", "`", "$HOME", "${x}", "$(id)", "!!", "%s", "{{ key }}",
    "\nJSON\n", "EOF", "'''", '"""', "</script>", "<!--", "]]>", "\u2028", "\u2029", "\u202e", "\ufeff", "😀",
    "👨\u200d👩\u200d👧", "\U000e0001",
)  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]))), max_size=6).map(
    "".join
)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**53) + 1, 2**53 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        TEXTS,
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(TEXTS, st.sampled_from(("__proto__", "role", "x-y"))), inner, max_size=4),
    ),
    max_leaves=12,
)
LOOP = """
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  console.log(JSON.stringify(eval("(" + JSON.parse(line) + ")")));
});
"""


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_python_reads_back_what_was_written(value: Any) -> None:
    assert ast.literal_eval(write(value, PYTHON)) == value


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_json_reads_back_what_was_written(value: Any) -> None:
    assert json.loads(write(value, JSON)) == value


@pytest.fixture(scope="module")
def node() -> Iterator[subprocess.Popen[str]]:
    """Evaluates a line of JavaScript after the other."""
    if shutil.which("node") is None:
        pytest.skip("there is no node here")
    with subprocess.Popen(
        ["node", "-e", LOOP], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield process
        process.terminate()


@given(value=VALUES)
@example(value={"__proto__": {"a": 1}})
@settings(max_examples=300, deadline=None)
def test_javascript_reads_back_what_was_written(node: subprocess.Popen[str], value: Any) -> None:
    assert node.stdin is not None
    assert node.stdout is not None
    node.stdin.write(json.dumps(write(value, JAVASCRIPT)) + "\n")
    node.stdin.flush()
    assert json.loads(node.stdout.readline(), parse_int=_number) == value


def _number(digits: str) -> int | float:
    """JavaScript has one kind of number, and writes large ones without a point."""
    return int(digits) if abs(int(digits)) < 2**53 else float(digits)


@given(TEXTS)
def test_nothing_that_cannot_be_seen_is_in_a_program(text: str) -> None:
    for dialect in (PYTHON, JSON, JAVASCRIPT):
        assert write(text, dialect).isprintable()


def test_messages_stand_a_line_each() -> None:
    body = {"messages": [{"role": "user", "content": "Hi"}], "temperature": 0.5, "stop": ["a", "b"]}
    assert write(body, PYTHON) == (
        '{\n    "messages": [\n        {"role": "user", "content": "Hi"},\n    ],\n'
        '    "temperature": 0.5,\n    "stop": ["a", "b"],\n}'
    )
    assert write(body, JAVASCRIPT) == (
        '{\n  messages: [\n    { role: "user", content: "Hi" },\n  ],\n  temperature: 0.5,\n  stop: ["a", "b"],\n}'
    )


def test_a_number_too_large_for_javascript_stays_exact_where_it_can() -> None:
    assert write(2**60, JAVASCRIPT) == '(JSON.rawJSON ?? Number)("1152921504606846976")'
