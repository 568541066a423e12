"""From the choices of an answer to the tape that streams them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator import logprobs
from simulator.answers import Choice
from simulator.drills import Drill
from simulator.errors import ApiError
from simulator.pace import Pace
from simulator.request import ChatRequest
from simulator.sse import DONE, ChunkEncoder, encoded, to_bytes
from simulator.tape import Tape, drilled
from simulator.tokenizer import count
from simulator.tools import Call


@dataclass(frozen=True, slots=True)
class Piece:
    """What one chunk says."""

    delta: str
    tokens: int
    odds: list[dict[str, Any]] | None = None


def record(
    request: ChatRequest,
    choices: list[Choice],
    encoder: ChunkEncoder,
    pace: Pace,
    rng: random.Random,
    usage: dict[str, Any],
) -> Tape:
    drill = request.drill
    tape = Tape()
    for due, index, piece, finish in _in_time(request, choices, pace, rng):
        generated = (tape.tokens[-1] if tape.tokens else 0) + piece.tokens
        chunk = encoder.chunk(index, piece.delta, finish=finish, logprobs=piece.odds, generated=generated)
        tape.add(to_bytes(chunk), due, piece.tokens)
    _finish(tape, encoder, drill, usage)
    broken = to_bytes(f'{encoder.head},"choices":[{{"index":0,"delta":{{"content":"half\n\n')
    error = ApiError(500, "The simulated model broke off.", code="simulated_failure")
    return drilled(tape, drill, broken, to_bytes(f"data: {encoded(error.body())}\n\n"))


def _finish(tape: Tape, encoder: ChunkEncoder, drill: Drill, usage: dict[str, Any]) -> None:
    end = tape.dues[-1]
    if encoder.usage != "none" and not drill.no_usage:
        tape.add(to_bytes(encoder.last_usage(None if drill.null_usage else usage)), end)
    if not drill.no_done:
        tape.add(to_bytes(DONE), end)


Timed = tuple[float, int, Piece, str | None]


def _in_time(request: ChatRequest, choices: list[Choice], pace: Pace, rng: random.Random) -> list[Timed]:
    """The chunks of all choices in the order of their dues; each choice is generated at the full pace, in parallel."""
    timed: list[Timed] = []
    for index, choice in enumerate(choices):
        dues = pace.dues(max(1, choice.tokens), rng)
        timed.append((dues[0], index, Piece('{"role":"assistant","content":""}', 0), None))
        spent = 0
        for piece in pieces_of(request, choice, rng):
            spent += piece.tokens
            timed.append((dues[max(0, spent - 1)], index, piece, None))
        finish = request.drill.finish_reason if request.drill.sets("finish_reason") else choice.finish
        timed.append((dues[-1], index, Piece("{}", 0), finish))
    return sorted(timed, key=lambda item: item[0]) if len(choices) > 1 else timed


def pieces_of(request: ChatRequest, choice: Choice, rng: random.Random) -> Iterator[Piece]:
    size = request.drill.chunk_tokens
    for text in _grouped(choice.reasoning, size):
        yield Piece(f'{{"reasoning_content":{encoded("".join(text))}}}', len(text))
    # A huge line is one event, whatever it holds.
    for text in _grouped(choice.content, max(1, len(choice.content)) if request.drill.huge_line is not None else size):
        yield Piece(f'{{"content":{encoded("".join(text))}}}', len(text), odds_of(request, text, rng))
    yield from _call_pieces(choice.calls, size)


def odds_of(request: ChatRequest, tokens: list[str], rng: random.Random) -> list[dict[str, Any]] | None:
    if not request.logprobs:
        return None
    return [logprobs.entry(token, rng, request.top_logprobs or 0) for token in tokens]


def _grouped(tokens: list[str], size: int) -> list[list[str]]:
    return [tokens[at : at + size] for at in range(0, len(tokens), size)]


def _call_pieces(calls: list[Call], size: int) -> Iterator[Piece]:
    """Each call is announced with its id and name; then the arguments of all come in turns."""
    for index, call in enumerate(calls):
        announced = {"index": index, **call.whole(), "function": {"name": call.name, "arguments": ""}}
        yield Piece(encoded({"tool_calls": [announced]}), count(call.name))
    queues = [_grouped(call.arguments, size) for call in calls]
    for turn in range(max((len(queue) for queue in queues), default=0)):
        for index, queue in enumerate(queues):
            if turn < len(queue):
                fragment = {"index": index, "function": {"arguments": "".join(queue[turn])}}
                yield Piece(encoded({"tool_calls": [fragment]}), len(queue[turn]))
