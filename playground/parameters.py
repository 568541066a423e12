"""What can be set of a lane: each parameter under its OpenAI name, what it does, and which models take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inference_catalog.models import Model

#: What a model of this feature can do, as it is said of one that cannot.
LACKS = {
    "tools": "calls no functions",
    "reasoning": "does not reason",
    "json": "has no JSON mode",
    "json_schema": "does not keep to a JSON schema",
    "vision": "cannot see images",
}
#: What is kept of a lane beside the parameters of its requests.
APART = ("system_prompt", "is_traced", "mocks", "is_mocked", "trials")
MOST_TRIALS = 10
FORMATS = {"json_object": "json", "json_schema": "json_schema"}


@dataclass(frozen=True, slots=True)
class Slider:
    least: float
    most: float
    #: Where it stands while nothing is set.
    rest: float


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    label: str
    about: str
    #: The feature of the models that take it.
    needs: str = ""
    slider: Slider | None = None
    #: What is so while it is not set, where that is no place on its slider.
    otherwise: str = ""
    #: The texts of its field that say so; it is reset to the first.
    rests: tuple[str, ...] = ("",)

    @property
    def unset(self) -> str:
        """What stands in its field while it is not set."""
        return f"default {self.slider.rest}" if self.slider else self.otherwise

    def is_set(self, text: str) -> bool:
        return text not in self.rests


PARAMETERS = (
    Parameter("system_prompt", "System prompt", "Said to the model before the first message, in every request."),
    Parameter(
        "temperature",
        "Temperature",
        "How freely the next token is chosen. At 0 the likeliest is taken nearly every time; higher is more varied.",
        slider=Slider(0, 2, rest=1.0),
    ),
    Parameter(
        "max_tokens",
        "Max tokens",
        "The most tokens an answer may have, reasoning included. An answer that reaches it is cut off there.",
        otherwise="auto",
    ),
    Parameter(
        "top_p",
        "Top P",
        "Only the likeliest tokens that together have this probability are chosen from. Change this or the "
        "temperature, not both.",
        slider=Slider(0, 1, rest=1.0),
    ),
    Parameter(
        "frequency_penalty",
        "Frequency penalty",
        "Makes a token less likely each time it has been used, against repetition. Negative values, to −2, favour it.",
        slider=Slider(0, 1, rest=0.0),
    ),
    Parameter(
        "presence_penalty",
        "Presence penalty",
        "Makes a token less likely once it has been used, towards new topics. Negative values, to −2, favour it.",
        slider=Slider(0, 1, rest=0.0),
    ),
    Parameter("stop", "Stop sequences", "The answer ends before the first of these texts. One a line, at most four."),
    Parameter(
        "response_format",
        "Response format",
        "JSON makes the answer a JSON value, and a schema says which. Whether it keeps to it is shown below it.",
        otherwise="Text",
        rests=("", "text"),
    ),
    Parameter(
        "tools",
        "Functions",
        "What the model may ask to be called: functions with a name, a description and parameters as JSON schema.",
        needs="tools",
    ),
    Parameter(
        "mocks",
        "Mock results",
        "What functions are said to have given back: an object with the result of each under its name. Texts go to the "
        "model as they are, all else as JSON.",
    ),
    Parameter(
        "is_mocked",
        "Calls of functions",
        "Whether an answer’s calls wait for you, or are given their mock results by Lineup, at most ten times in "
        "a row.",
        otherwise="Wait for me",
    ),
    Parameter(
        "trials",
        "Trials",
        "How many answers are asked for at once, each a request of its own with its own cost. They are flipped through "
        "in place; the lane goes on with the one you choose.",
        slider=Slider(1, MOST_TRIALS, rest=1),
        rests=("", "1"),
    ),
    Parameter(
        "seed",
        "Seed",
        "With the same seed and the same request a model tries to give the same answer. No promise.",
        otherwise="auto",
    ),
    Parameter(
        "reasoning_effort",
        "Reasoning effort",
        "How long the model may think before it answers. More costs more tokens and time.",
        needs="reasoning",
        otherwise="Model’s own",
    ),
    Parameter(
        "is_traced",
        "Track this call with Weave",
        "Answers of the lane are among the project's traces, with their request, tokens and cost.",
        otherwise="On",
        rests=("on", ""),
    ),
)
BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}


def plain(name: str, text: str) -> str:
    """What is not set has several texts: of those the first."""
    parameter = BY_NAME.get(name)
    return parameter.rests[0] if parameter and not parameter.is_set(text) else text


def takes(model: Model, feature: str) -> bool:
    """What nobody says anything about is not forbidden."""
    return not feature or not model.features or feature in model.features


def lack(model: Model, feature: str) -> str:
    """Why the model does not take what needs this feature; empty if it does."""
    return "" if takes(model, feature) else f"{model.name} {LACKS[feature]}"


def needed_for(name: str, value: Any) -> str:
    """The feature that this value needs; of a format its kind alone will do."""
    if name == "response_format":
        return FORMATS.get(str(value.get("type") if isinstance(value, dict) else value), "")
    return BY_NAME[name].needs if name in BY_NAME else ""


def sent(settings: dict[str, Any], model: Model) -> dict[str, Any]:
    """The settings without those that the model does not take: a lane keeps them for its next model."""
    return {name: value for name, value in settings.items() if takes(model, needed_for(name, value))}
