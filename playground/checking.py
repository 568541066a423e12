"""The process behind playground/checker.py: a line of [schema, text] in, a line out. It ends when its parent does.

The line out is null for what is valid, [path, sentence] for the first violation, a sentence for what cannot be checked.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.exceptions import Unresolvable


def verdict(schema: Any, text: str) -> list[str] | str | None:
    # An empty registry: a $ref to another machine is an error, never a request.
    validator = Draft202012Validator(schema, registry=Registry())
    try:
        fault = next(validator.iter_errors(json.loads(text)), None)
    except Unresolvable as error:
        return f"The schema refers to {error.ref}, which it does not hold."
    except re.error as error:
        return f"A pattern of the schema is not known here: {error}."
    except RecursionError:
        return "It is nested too deeply."
    return [fault.json_path, fault.message] if fault else None


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
