"""JSON's values as literals of Python, JavaScript and JSON: exact, and nothing in a text can break out or hide."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: JavaScript's numbers are exact as far as this.
SAFE_INTEGER = 2**53 - 1
IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


class Code(str):
    """An expression in place of a literal, written as it stands; not for what anybody else wrote."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Dialect:
    #: None, False and True.
    constants: tuple[str, str, str]
    string: Callable[[str], str]
    number: Callable[[int | float], str]
    #: The name of a member.
    name: Callable[[str], str]
    #: Spaces that each level stands further in.
    step: int
    #: Between the braces of an object on one line and what is in it.
    pad: str = ""
    #: After the last of several lines.
    last: str = ","


def write(value: Any, dialect: Dialect, at: int = 0) -> str:
    """What holds neither lists nor objects stands on one line. `at` is how far in the first line stands."""
    if isinstance(value, str):
        return value if isinstance(value, Code) else dialect.string(value)
    if value is None or isinstance(value, bool):
        return dialect.constants[0 if value is None else 1 + value]
    if isinstance(value, int | float):
        return dialect.number(value)
    inner = at + dialect.step
    if isinstance(value, dict):
        items = [f"{dialect.name(name)}: {write(item, dialect, inner)}" for name, item in value.items()]
        return _joined(items, ("{", "}"), dialect, at, is_flat=_is_flat(value.values()))
    return _joined([write(item, dialect, inner) for item in value], ("[", "]"), dialect, at, is_flat=_is_flat(value))


def _is_flat(items: Any) -> bool:
    return not any(isinstance(item, dict | list) for item in items)


def _joined(items: list[str], brackets: tuple[str, str], dialect: Dialect, at: int, *, is_flat: bool) -> str:
    opening, closing = brackets
    if not items:
        return opening + closing
    if is_flat:
        pad = dialect.pad if opening == "{" else ""
        return opening + pad + ", ".join(items) + pad + closing
    start = "\n" + " " * (at + dialect.step)
    return opening + start + f",{start}".join(items) + dialect.last + "\n" + " " * at + closing


def _quoted(text: str, unseen: Callable[[str], str]) -> str:
    """What cannot be seen, or turns the direction of what is beside it, is written as its number."""
    quoted = json.dumps(text, ensure_ascii=False)
    return quoted if quoted.isprintable() else "".join(c if c.isprintable() else unseen(c) for c in quoted)


def _pair(character: str) -> str:
    """As UTF-16 has it, which JSON and JavaScript take together for one character."""
    return json.dumps(character)[1:-1]


def _number(character: str) -> str:
    """Python takes a pair for two halves."""
    code = ord(character)
    return f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"


def _json_string(text: str) -> str:
    return _quoted(text, _pair)


def _python_string(text: str) -> str:
    return _quoted(text, _number)


def _javascript_name(name: str) -> str:
    """Written plainly, `__proto__` would not be a member."""
    if name == "__proto__":
        return '["__proto__"]'
    return name if IDENTIFIER.fullmatch(name) else _json_string(name)


def _javascript_number(number: int | float) -> str:
    if isinstance(number, int) and abs(number) > SAFE_INTEGER:
        return f'(JSON.rawJSON ?? Number)("{number}")'
    return json.dumps(number)


JSON = Dialect(("null", "false", "true"), _json_string, json.dumps, _json_string, step=2, last="")
PYTHON = Dialect(("None", "False", "True"), _python_string, repr, _python_string, step=4)
JAVASCRIPT = Dialect(("null", "false", "true"), _json_string, _javascript_number, _javascript_name, step=2, pad=" ")
