"""JSON from outside: only what every reader of it understands alike, for a provider will read it after us.

Python's own reader lets through what others do not, or read otherwise: NaN, a member that is there twice, half a
character, and nesting that its writer cannot write again.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from math import isfinite
from typing import Any, NoReturn

from common.errors import BadRequest
from common.texts import storable

MOST_NESTED = 100
#: An empty list takes 60 bytes of memory for the three that it was sent in; and each value takes time, in which no
#: stream gets a word.
MOST_LISTS, MOST_COMMAS = 200_000, 1_000_000
#: An escape for half a character without the other half beside it; also finds some that are not escapes.
_HALF = re.compile(r"\\u[dD](?:[89abAB]..(?!\\u[dD][c-fC-F])|[c-fC-F])")


def parse(text: str) -> object:
    """Raises BadRequest with what is wrong, and where."""
    brackets = text.count("[") + text.count("{")
    if brackets > MOST_LISTS or text.count(",") > MOST_COMMAS:
        raise BadRequest("The body has too many lists, objects and values.", code="invalid_json")
    try:
        value = _decoder.decode(text)
    except RecursionError:
        raise _nested() from None
    except json.JSONDecodeError as error:
        where = f"{error.msg}, at line {error.lineno}, column {error.colno}"
        raise BadRequest(f"The body is not valid JSON ({where}).", code="invalid_json") from None
    except ValueError:
        raise BadRequest(
            "The body is not valid JSON: a number in it has too many digits.", code="invalid_json"
        ) from None
    # Each level has a bracket of its own, so most bodies need no closer look.
    if brackets > MOST_NESTED:
        _check_nesting(value)
    if "\\" in text and _HALF.search(text):
        _check_halves(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        times = Counter(name for name, _ in pairs)
        twice = storable(times.most_common(1)[0][0][:100])
        raise BadRequest(f"'{twice}' is there twice.", param=twice, code="duplicate_member")
    return members


def _refuse(name: str) -> NoReturn:
    """NaN and its like are Python's, not JSON's: no provider could read them."""
    raise BadRequest(f"The body is not valid JSON ({name[:30]} is not a number).", code="invalid_json")


def _finite(digits: str) -> float:
    value = float(digits)
    return value if isfinite(value) else _refuse(digits)


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse, parse_float=_finite)


def _nested() -> BadRequest:
    return BadRequest(f"The body is nested more than {MOST_NESTED} levels deep.", code="invalid_json")


def _check_nesting(value: object) -> None:
    """Level by level, for what is nested too deeply cannot be walked by recursion."""
    level = [value]
    for _ in range(MOST_NESTED):
        level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, dict | list)]
        if not level:
            return
    raise _nested()


def _inside(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _check_halves(value: object, path: str = "") -> None:
    """Raises for the first text that cannot be written as UTF-8. Nesting was checked before."""
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check_halves(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for name, member in value.items():
            inner = f"{path}.{storable(name)}" if path else storable(name)
            _check_text(name, inner)
            _check_halves(member, inner)


def _check_text(text: str, path: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        path = path[:200]
        raise BadRequest(f"'{path}' holds half a character (a lone surrogate).", param=path or None) from None
