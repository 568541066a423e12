"""What a simulator is started with: flags, else SIMULATOR_… variables, else these defaults."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, field

from simulator.drills import Drill
from simulator.models import CATALOG


@dataclass(slots=True)
class Settings:
    models: list[str] = field(default_factory=lambda: list(CATALOG))
    any_model: bool = False
    api_key: str = ""
    #: Applied to every request; what a request asks for itself goes before.
    drill: Drill = field(default_factory=Drill)
    #: The same for one model alone; goes before `drill`.
    drills: dict[str, Drill] = field(default_factory=dict)

    def drill_for(self, model: str, asked: Drill) -> Drill:
        return self.drill.under(self.drills.get(model, Drill())).under(asked)


def parser() -> argparse.ArgumentParser:
    flags = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    say = flags.add_argument
    say("--host", default=os.environ.get("SIMULATOR_HOST", "127.0.0.1"))
    say("--port", type=int, default=int(os.environ.get("SIMULATOR_PORT", "8001")), help="0 takes a free one")
    say("--model", action="append", default=_words("SIMULATOR_MODELS"), help="one more model ID; may be repeated")
    say("--any-model", action="store_true", default=_flag("SIMULATOR_ANY_MODEL"), help="answer for every model ID")
    say("--api-key", default=os.environ.get("SIMULATOR_API_KEY", ""), help="refuse every other key")
    say("--ttft", type=float, default=_number("SIMULATOR_TTFT"), help="seconds to the first token, all models")
    say("--tokens-per-second", type=float, default=_number("SIMULATOR_TOKENS_PER_SECOND"), help="0: without waiting")
    say("--jitter", type=float, default=_number("SIMULATOR_JITTER"), help="0 to 1: how uneven the tokens come")
    say("--drill", default=os.environ.get("SIMULATOR_DRILL", "{}"), help='a default drill, as {"status": 503}')
    return flags


def settings_from(arguments: argparse.Namespace) -> Settings:
    """Raises ValueError for a drill that cannot be meant."""
    speed = {name: getattr(arguments, name) for name in ("ttft", "tokens_per_second", "jitter")}
    paced = Drill.model_validate({name: value for name, value in speed.items() if value is not None})
    return Settings(
        models=list(dict.fromkeys([*CATALOG, *arguments.model])),
        any_model=arguments.any_model,
        api_key=arguments.api_key,
        drill=paced.under(Drill.model_validate_json(arguments.drill)),
    )


def _words(name: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def _flag(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in ("1", "true", "yes")


def _number(name: str) -> float | None:
    value = os.environ.get(name, "").strip()
    return float(value) if value else None
