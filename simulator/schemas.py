"""Valid instances of a JSON schema, with words from the prompt where a text may be anything.

A draft is made by walking the schema and is kept only when jsonschema finds it valid; otherwise another is made with
other choices. So whatever is sent is valid, and a schema nobody here can satisfy is refused with its parameter.
"""

from __future__ import annotations

import random
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from simulator.errors import BadRequest
from simulator.instances import Draft, Impossible

ATTEMPTS = 60


def instance_of(schema: Any, rng: random.Random, words: list[str], *, param: str) -> Any:
    """Raises BadRequest naming `param` for a schema that is none, or that cannot be met."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise BadRequest(f"'{param}' is not a JSON schema: {error.message}.", param=param) from error
    # An empty registry: a $ref to another machine is an error, never a request.
    validator = Draft202012Validator(schema, registry=Registry(), format_checker=Draft202012Validator.FORMAT_CHECKER)
    for attempt in range(ATTEMPTS):
        try:
            made = Draft(schema, rng, words, attempt).make()
            validator.validate(made)
        except (Impossible, ValidationError, RecursionError):
            continue
        except Unresolvable as error:
            raise BadRequest(f"'{param}' refers to {error.ref}, which it does not hold.", param=param) from error
        return made
    raise BadRequest(f"'{param}': no instance of this schema was found.", param=param)
