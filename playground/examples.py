"""Schemas and functions to begin with, as the settings panel offers them."""

from __future__ import annotations

from typing import Any

from playground.schemas import write_json


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _text(about: str) -> dict[str, str]:
    return {"type": "string", "description": about}


_PERSON = _object(
    name=_text("As it is written in the text"),
    age={"type": ["integer", "null"], "minimum": 0},
    interests={"type": "array", "items": {"type": "string"}},
)
_LABEL = _object(
    label={"enum": ["positive", "neutral", "negative"]},
    confidence={"type": "number", "minimum": 0, "maximum": 1},
    reason=_text("One sentence"),
)
_WEATHER = {
    "name": "get_weather",
    "description": "The weather of a place now",
    "parameters": _object(city=_text("City and country"), unit={"enum": ["celsius", "fahrenheit"]}),
}
_SEARCH = {
    "name": "search_documents",
    "description": "Finds passages in the documents of the company",
    "parameters": _object(query=_text("What to look for"), limit={"type": "integer", "minimum": 1, "maximum": 20}),
}

#: By the field they are for: (label, text).
EXAMPLES = {
    "schema": [("Extract a person", write_json(_PERSON)), ("Classify a text", write_json(_LABEL))],
    "tools": [("Weather", write_json([_WEATHER])), ("Search", write_json([_SEARCH]))],
}
