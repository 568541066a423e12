"""JSON schemas and functions as people write them: read, checked, and turned into the OpenAI form.

What is wrong is a Mistake whose sentence names the place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, NoReturn

from jsonschema.exceptions import best_match

from common.texts import storable
from playground.metaschema import CHECKER

MOST_FUNCTIONS = 128
#: Of lists and objects within each other.
MOST_LEVELS = 64
#: In a schema or in all functions: each of them takes its time to check.
MOST_VALUES = 5_000
NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
#: Characters of the name of a mock result: what models call is not always what it should be.
LONGEST_KEY = 200
#: What a schema is called whose author gave it no name.
SCHEMA_NAME = "answer"


class Mistake(ValueError):
    pass


def read_json(text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=no_number)
        if (
            storable(written := json.dumps(value, ensure_ascii=False, allow_nan=False)) != written
            or "\\u0000" in written
        ):
            raise Mistake("A character in it cannot be kept: half of a character, or NUL.")
        if _is_deep(value):
            raise Mistake("It is nested too deeply.")
    except json.JSONDecodeError as error:
        raise Mistake(f"Line {error.lineno}, column {error.colno}: {_explained(error)}.") from error
    except RecursionError as error:
        raise Mistake("It is nested too deeply.") from error
    except Mistake:
        raise
    except ValueError as error:
        raise Mistake("A number in it is too large.") from error
    return value


def _is_deep(value: Any) -> bool:
    """What is written or compared later takes a call for each level, and indents each further."""
    level = [value]
    for _ in range(MOST_LEVELS):
        level = [part for each in level for part in _parts(each)]
    return bool(level)


def _read_schemas(text: str) -> Any:
    value = read_json(text)
    if _has_many(value):
        raise Mistake(f"It has more than {MOST_VALUES:,} values.")
    return value


def _has_many(value: Any) -> bool:
    level, found = [value], 0
    while level and found <= MOST_VALUES:
        found += len(level)
        level = [part for each in level for part in _parts(each)]
    return found > MOST_VALUES


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def no_number(name: str) -> NoReturn:
    """Python would read Infinity and the like."""
    raise Mistake(f"{name} is not JSON.")


def _explained(error: json.JSONDecodeError) -> str:
    if error.pos >= len(error.doc.rstrip()):
        return "the text ends before the JSON does"
    return error.msg[:1].lower() + error.msg[1:]


def write_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


# Response format -------------------------------------------------------------------------------


def read_format(text: str) -> dict[str, Any]:
    """`response_format` for a schema, alone or in the OpenAI form with its name, description and strict."""
    if not text.strip():
        raise Mistake("A JSON schema is needed here.")
    named, path = _unwrapped(_read_schemas(text), "$")
    _check_about(named, path.removesuffix(".schema"))
    check_schema(named["schema"], path)
    return {"type": "json_schema", "json_schema": named}


def _check_about(named: dict[str, Any], path: str) -> None:
    if not isinstance(named["name"], str) or not NAME.fullmatch(named["name"]):
        raise Mistake(f"{path}.name: a name has 1 to 64 letters, digits, _ or -.")
    if not isinstance(named.get("strict"), bool | None):
        raise Mistake(f"{path}.strict: true or false.")
    if not isinstance(named.get("description"), str | None):
        raise Mistake(f"{path}.description: it must be text.")


def _unwrapped(value: Any, path: str) -> tuple[dict[str, Any], str]:
    """`json_schema`, and where its schema stands in what was written."""
    if isinstance(value, dict) and isinstance(value.get("json_schema"), dict):
        value, path = value["json_schema"], f"{path}.json_schema"
    if isinstance(value, dict) and "schema" in value and "name" in value:
        members = ("name", "description", "strict", "schema")
        return {name: value[name] for name in members if name in value}, f"{path}.schema"
    return {"name": SCHEMA_NAME, "schema": value}, path


def write_format(value: dict[str, Any]) -> str:
    """The text that reads as this: only the schema, where there is nothing else to say."""
    named = value.get("json_schema")
    plain = isinstance(named, dict) and set(named) == {"name", "schema"} and named["name"] == SCHEMA_NAME
    return write_json(named["schema"] if plain and named else named)


def check_schema(schema: Any, path: str) -> None:
    """Raises Mistake that names the place below `path`."""
    if not isinstance(schema, dict):
        raise Mistake(f"{path}: a JSON schema is an object.")
    try:
        # The others are not looked for: some take as long as the square of what is written.
        fault = best_match(islice(CHECKER.iter_errors(schema), 1))
    except RecursionError as error:
        raise Mistake(f"{path}: the schema is nested too deeply.") from error
    if fault:
        raise Mistake(f"{path}{fault.json_path[1:]}: {fault.message[:200]}.")


# Functions -------------------------------------------------------------------------------------


def read_tools(text: str) -> list[dict[str, Any]]:
    """`tools` for a list of functions, bare or in the OpenAI form; one function may stand alone."""
    if not text.strip():
        return []
    value = _read_schemas(text)
    functions = [value] if isinstance(value, dict) else value
    if not isinstance(functions, list):
        raise Mistake("$: a list of functions is needed here.")
    if len(functions) > MOST_FUNCTIONS:
        raise Mistake(f"At most {MOST_FUNCTIONS} functions.")
    paths = ["$" if isinstance(value, dict) else f"$[{at}]" for at in range(len(functions))]
    tools = [_tool(function, path) for function, path in zip(functions, paths, strict=True)]
    _check_names(tools, paths)
    return tools


def _tool(value: Any, path: str) -> dict[str, Any]:
    if isinstance(value, dict) and "function" in value:
        if value.get("type", "function") != "function":
            raise Mistake(f'{path}.type: only "function" is known here.')
        value, path = value["function"], f"{path}.function"
    if not isinstance(value, dict):
        raise Mistake(f"{path}: a function is an object with a name.")
    if not isinstance(value.get("name"), str) or not NAME.fullmatch(value["name"]):
        raise Mistake(f"{path}.name: a function needs a name of 1 to 64 letters, digits, _ or -.")
    if not isinstance(value.get("description"), str | None):
        raise Mistake(f"{path}.description: it must be text.")
    if "parameters" in value:
        check_schema(value["parameters"], f"{path}.parameters")
        if value["parameters"].get("type", "object") != "object":
            raise Mistake(f'{path}.parameters.type: the arguments of a function are an "object".')
    return {"type": "function", "function": value}


def _check_names(tools: list[dict[str, Any]], paths: list[str]) -> None:
    seen: set[str] = set()
    for tool, path in zip(tools, paths, strict=True):
        name = tool["function"]["name"]
        if name in seen:
            raise Mistake(f"{path}: there is a function called {name} already.")
        seen.add(name)


def write_tools(tools: list[Any]) -> str:
    return write_json([tool.get("function", tool) if isinstance(tool, dict) else tool for tool in tools])


def read_mocks(text: str) -> dict[str, Any]:
    """Results of functions by their names."""
    mocks = read_json(text) if text.strip() else {}
    if not isinstance(mocks, dict):
        raise Mistake("$: an object with a result under the name of each function is needed here.")
    if len(mocks) > MOST_FUNCTIONS:
        raise Mistake(f"At most {MOST_FUNCTIONS} functions.")
    for name, result in mocks.items():
        if not name or len(name) > LONGEST_KEY:
            raise Mistake(f"$: a function has a name of 1 to {LONGEST_KEY} characters.")
        if result == "":
            raise Mistake(f"$[{json.dumps(name, ensure_ascii=False)}]: a result cannot be empty.")
    return mocks
