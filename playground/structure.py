"""Whether an answer is the JSON that it was asked to be, and where it first is not."""

from __future__ import annotations

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from common.texts import storable
from playground import checker
from playground.schemas import no_number

log = logging.getLogger(__name__)

#: Characters: a longer text is not looked into, and of what is found wrong no more is told.
LONGEST, MOST_TOLD = 2_000_000, 300
#: Characters of a schema that goes with its running answers to each page: what has a longer one is checked at its end.
LONGEST_WATCHED = 20_000
#: Seconds that an answer's end waits for those that are checked before it, and for its own.
LONGEST_WAIT = 12.0
#: Apart from the threads that others wait for: a schema may take a while.
_beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="schemas")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state`: growing, valid, invalid (against the schema), not_json, cut_off (it ends too early), unchecked."""

    format: str
    state: str
    #: JSONPath of the first violation.
    path: str = ""
    message: str = ""

    @property
    def is_good(self) -> bool:
        return self.state == "valid"

    @property
    def is_bad(self) -> bool:
        return self.state in ("invalid", "not_json", "cut_off")

    @property
    def label(self) -> str:
        """Of one that is not growing."""
        return {
            "valid": "Matches the schema" if self.format == "json_schema" else "Valid JSON",
            "invalid": "Does not match the schema",
            "not_json": "Not JSON",
            "cut_off": "Incomplete JSON",
            "unchecked": "Valid JSON, schema not checked",
        }[self.state]


def format_of(body: dict[str, Any]) -> str:
    """ "json_object", "json_schema", or empty where text is asked for."""
    wanted = body.get("response_format")
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    return kind if kind in ("json_object", "json_schema") else ""


def watched_schema(body: dict[str, Any]) -> str:
    """What the tab reads an answer against while it grows (schema-watch.js), as JSON; empty: any JSON will do."""
    schema = _schema(body["response_format"]) if format_of(body) == "json_schema" else None
    text = "" if schema is None else json.dumps(schema, ensure_ascii=False)
    return text if len(text) <= LONGEST_WATCHED else ""


def _schema(wanted: dict[str, Any]) -> Any:
    return (wanted.get("json_schema") or {}).get("schema")


async def judged(body: dict[str, Any], text: str) -> dict[str, Any] | None:
    """What `judge` finds out, for which nobody else waits."""
    kind = format_of(body)
    if not kind:
        return None
    try:
        async with asyncio.timeout(LONGEST_WAIT):
            return await asyncio.get_running_loop().run_in_executor(_beside, judge, body, text)
    except TimeoutError:
        return asdict(Verdict(kind, "unchecked", message="Too much else is checked at the moment."))


def judge(body: dict[str, Any], text: str) -> dict[str, Any] | None:
    """The members of a Verdict; None where there is nothing to judge. It never fails: an answer has to end."""
    kind = format_of(body)
    if not kind or not text.strip():
        return None
    try:
        verdict = _judged(kind, body["response_format"], text)
    except Exception:
        log.exception("whether an answer is the JSON it should be could not be found out")
        verdict = Verdict(kind, "unchecked", message="Lineup failed to check it.")
    return asdict(verdict)


def _judged(kind: str, wanted: dict[str, Any], text: str) -> Verdict:
    if len(text) > LONGEST:
        return Verdict(kind, "unchecked", message="The answer is too long to be checked.")
    try:
        json.loads(text, parse_constant=no_number)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            return Verdict(kind, "cut_off", message="The text ends before the JSON does.")
        return Verdict(kind, "not_json", message=f"Line {error.lineno}, column {error.colno}: {error.msg}.")
    except (ValueError, RecursionError) as error:
        return Verdict(kind, "not_json", message=f"{str(error)[:MOST_TOLD].rstrip('.')}.")
    schema = _schema(wanted) if kind == "json_schema" else None
    return Verdict(kind, "valid") if schema is None else _against(kind, schema, text)


def _against(kind: str, schema: Any, text: str) -> Verdict:
    try:
        fault = checker.first_fault(schema, text)
    except checker.NotChecked as reason:
        return Verdict(kind, "unchecked", message=storable(str(reason)[:MOST_TOLD]))
    if fault is None:
        return Verdict(kind, "valid")
    path, message = fault
    return Verdict(kind, "invalid", storable(path[:MOST_TOLD]), storable(message[:MOST_TOLD]))
