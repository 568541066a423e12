"""The process behind playground/checker.py: a line of [schema, text] in, a line out. It ends when its parent does.

The line out is null for what is valid, [path, sentence] for the first violation, a sentence for what cannot be checked.
"""

from __future__ import annotations

import json
import re
import sys
from itertools import islice
from math import inf
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.exceptions import Unresolvable

#: Violations of which the first of the text is told: they come as the schema has them.
MOST = 100


def verdict(schema: Any, text: str) -> list[str] | str | None:
    # An empty registry: a $ref to another machine is an error, never a request.
    validator = Draft202012Validator(schema, registry=Registry())
    try:
        value = json.loads(text)
        faults = islice(validator.iter_errors(value), MOST)
        fault = min(faults, key=lambda fault: _place(fault, value), default=None)
    except Unresolvable as error:
        return f"The schema refers to {error.ref}, which it does not hold."
    except re.error as error:
        return f"A pattern of the schema is not known here: {error}."
    except RecursionError:
        return "It is nested too deeply."
    return [fault.json_path, fault.message] if fault else None


def _place(fault: Any, value: Any) -> list[float]:
    """Where in the text nothing undoes it any more: the page that reads along tells of it there."""
    place: list[float] = []
    for step in fault.absolute_path:
        place.append(list(value).index(step) if isinstance(value, dict) else step)
        value = value[step]
    return [*place, _within(fault)]


def _within(fault: Any) -> float:
    """In a value that holds others: before them, at one of them, or at its end."""
    if fault.validator in ("type", "enum", "const"):
        return -1
    if fault.validator in ("maxItems", "maxProperties"):
        return float(fault.validator_value)
    if fault.validator == "additionalProperties":
        known = {*fault.schema.get("properties", ())}
        return next((at for at, name in enumerate(fault.instance) if name not in known), inf)
    return inf


def main() -> None:
    for line in sys.stdin:
        try:
            answer = verdict(*json.loads(line))
        except Exception as error:
            answer = f"It cannot be checked against the schema: {type(error).__name__}."
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
