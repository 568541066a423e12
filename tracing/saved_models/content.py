"""What a saved model holds, in OpenAI's terms, and the object of Weave that it is kept as.

The object is the one that the client's `LLMStructuredCompletionModel` publishes. What has no place in that class stands
beside its own parameters, where the client passes over it: `seed`, `reasoning_effort`, `response_format_schema`, and
`trials`, which is no `n_times`: so many requests are made in the Playground, and one by whoever else asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from common.chat_shapes import CHAT
from common.shapes import Misfit
from tracing.refs import is_ref

#: The client's class of models that are asked by us: one of the catalog, with settings and a prompt.
SAVED_MODEL = "LLMStructuredCompletionModel"
BASES = ["Model", "Object", "BaseModel"]
PARAMS = "LLMStructuredCompletionModelDefaultParams"
#: Kept under the names that OpenAI has for them: those of the client's class, and those beside it.
PLAIN = ("temperature", "top_p", "max_tokens", "presence_penalty", "frequency_penalty")
BESIDE = ("seed", "reasoning_effort")
SCHEMA, TRIALS = "response_format_schema", "trials"
MESSAGE = ("role", "content", "name", "function_call", "tool_call_id")
_PROBE = {"role": "user", "content": "?"}


@dataclass(frozen=True, slots=True)
class Content:
    #: The ID of the model that answers.
    model: str
    #: Of its requests, by OpenAI's names.
    parameters: Mapping[str, Any] = field(default_factory=dict)
    #: What comes before the messages of a request.
    messages: tuple[dict[str, Any], ...] = ()
    #: The reference of a prompt that stands in their place.
    prompt: str = ""
    #: How many requests a lane of the Playground makes of one.
    trials: int = 1
    #: Why nobody can be asked with it: a predicate, as in "names no model"; empty if somebody can.
    fault: str = ""
    #: What the object calls itself and says of itself, whatever it is published under.
    title: str | None = None
    description: str | None = None


def read(value: Any) -> Content:
    """Of whatever was published; what the class does not know is left out."""
    value = value if isinstance(value, dict) else {}
    model, given = value.get("llm_model_id"), value.get("default_params")
    said = {name: part for name, part in given.items() if part is not None} if isinstance(given, dict) else {}
    if not isinstance(model, str) or not model:
        return Content("", fault="names no model")
    about = {"title": value.get("name"), "description": value.get("description")}
    prompt, trials = said.get("prompt") or "", _trials(said)
    try:
        content = Content(model, _parameters(said), _messages(said), prompt, trials, **about)
    except (TypeError, KeyError, AttributeError):
        return Content(model, fault="is not as the client makes it", **about)
    return replace(content, fault=_fault(content))


def _parameters(said: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: said[name] for name in (*PLAIN, "stop", *BESIDE) if name in said and said[name] != []}
    if isinstance(found.get("stop"), str):
        found["stop"] = [found["stop"]]
    if times := said.get("n_times"):
        found["n"] = times
    if functions := said.get("functions"):
        found["tools"] = [_tool(function) for function in functions]
    wanted = said.get("response_format")
    if isinstance(wanted, str) and wanted != "text":
        schema = {"json_schema": said[SCHEMA]} if SCHEMA in said else {}
        found["response_format"] = {"type": wanted, **schema}
    elif isinstance(wanted, dict):
        found["response_format"] = _plain(wanted)
    return found


def _trials(said: Mapping[str, Any]) -> int:
    trials = said.get(TRIALS)
    return trials if isinstance(trials, int) and not isinstance(trials, bool) and trials > 0 else 1


def _tool(function: Any) -> Any:
    function = _plain(function)
    return function if "function" in function else {"type": "function", "function": function}


def _messages(said: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    return tuple(_plain(message) for message in said.get("messages_template") or [])


def _plain(value: Any) -> dict[str, Any]:
    """Without what the client writes into an object to know its class, and without what is not said."""
    return {name: part for name, part in value.items() if part is not None and name[:1] != "_"}


def _fault(content: Content) -> str:
    if content.prompt and not is_ref(content.prompt):
        return "names a prompt by what is no reference"
    if is_ref(content.model):
        return "asks a model by a reference of Weave, which is nobody here"
    return misfit_in(content.messages, {"model": content.model, **content.parameters})


def misfit_in(messages: Iterable[Any], beside: Mapping[str, Any]) -> str:
    """What the API would refuse of a request with them; empty if nothing."""
    try:
        CHAT.check({"model": "?", **beside, "messages": [*messages, _PROBE]})
    except Misfit as misfit:
        return f"has a mistake: '{misfit.path[:100]}' {misfit.what}"
    return ""


def value_of(content: Content) -> dict[str, Any]:
    """Member by member what the client would publish, so that the same content has the same digest."""
    given = content.parameters
    wanted: Mapping[str, Any] = given.get("response_format") or {}
    tools = given.get("tools") or []
    beside = {one: given[one] for one in BESIDE if one in given}
    if "json_schema" in wanted:
        beside[SCHEMA] = wanted["json_schema"]
    if content.trials > 1:
        beside[TRIALS] = content.trials
    params = {
        "messages_template": [_message(message) for message in content.messages] or None,
        "prompt": content.prompt or None,
        **{one: given.get(one) for one in PLAIN},
        "stop": given.get("stop"),
        "n_times": given.get("n"),
        "functions": [tool["function"] for tool in tools] or None,
        "response_format": wanted.get("type"),
        **beside,
    }
    said = {"name": content.title, "description": content.description, "llm_model_id": content.model}
    return _object(SAVED_MODEL, BASES, {**said, "default_params": _object(PARAMS, BASES[-1:], params)})


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    return _object("Message", BASES[-1:], {name: message.get(name) for name in MESSAGE})


def _object(kind: str, bases: list[str], members: dict[str, Any]) -> dict[str, Any]:
    return {"_type": kind, **members, "_class_name": kind, "_bases": bases}
