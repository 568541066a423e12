from __future__ import annotations

from typing import Any

import pytest

from simulator.models import CATALOG
from tests.model_ids import LLAMA, PHI
from tests.simulator.requests import says, text_of
from tests.simulator.serving import Simulator

QUESTION = says("How does photosynthesis store the energy of sunlight?")


@pytest.mark.parametrize("model", CATALOG)
def test_it_says_that_it_is_simulated_and_in_whose_place(simulator: Simulator, model: str) -> None:
    text = text_of(simulator, model=model, messages=QUESTION)
    assert "simulated" in text.lower()
    assert CATALOG[model].name in text


def test_it_speaks_about_the_prompt(simulator: Simulator) -> None:
    text = text_of(simulator, messages=QUESTION)
    assert "photosynthesis" in text
    assert "sunlight" in text


def test_it_answers_alike_when_asked_alike(simulator: Simulator) -> None:
    assert text_of(simulator, messages=QUESTION, seed=7) == text_of(simulator, messages=QUESTION, seed=7)


def test_it_answers_otherwise_for_another_model_seed_or_prompt(simulator: Simulator) -> None:
    variants: list[dict[str, Any]] = [
        {"model": LLAMA, "messages": QUESTION},
        {"model": PHI, "messages": QUESTION},
        {"model": LLAMA, "messages": QUESTION, "seed": 1},
        {"model": LLAMA, "messages": QUESTION, "seed": 2},
        {"model": LLAMA, "messages": [{"role": "system", "content": "Be brief."}, *QUESTION]},
    ]
    assert len({text_of(simulator, **variant) for variant in variants}) == len(variants)


def test_it_ignores_the_seed_at_temperature_zero(simulator: Simulator) -> None:
    cold = {"messages": QUESTION, "temperature": 0}
    assert text_of(simulator, **cold, seed=1) == text_of(simulator, **cold, seed=2)


def test_it_wanders_at_a_high_temperature(simulator: Simulator) -> None:
    assert "At this temperature" in text_of(simulator, messages=QUESTION, temperature=1.9) or "Somewhere between" in (
        text_of(simulator, messages=QUESTION, temperature=1.9)
    )


@pytest.mark.parametrize(
    ("wish", "sign"),
    [
        ("Write a Python function that sorts postcards", "```"),
        ("Compare trams versus buses", "|---|"),
        ("Which equation describes tides?", "$$"),
    ],
)
def test_it_gives_the_kind_of_section_that_is_asked_for(simulator: Simulator, wish: str, sign: str) -> None:
    assert sign in text_of(simulator, messages=says(wish))


def test_it_uses_all_kinds_of_markdown_when_asked_for_length(simulator: Simulator) -> None:
    text = text_of(simulator, messages=says("Explain sourdough in detail"))
    for sign in ("\n## ", "\n- ", "\n1. ", "|---|", "```", "$$", "\n> "):
        assert sign in text


def test_it_is_of_a_natural_length(simulator: Simulator) -> None:
    lengths = [len(text_of(simulator, messages=QUESTION, seed=seed)) for seed in range(30)]
    assert min(lengths) > 350
    assert max(lengths) < 2500
    assert len(set(lengths)) > 20


def test_it_greets_back(simulator: Simulator) -> None:
    assert len(text_of(simulator, messages=says("Hi!"))) < 250


def test_it_knows_the_turn_and_its_instructions(simulator: Simulator) -> None:
    system = {"role": "system", "content": "You are a patient teacher of geography."}
    text = text_of(
        simulator, messages=[system, *QUESTION, {"role": "assistant", "content": "So."}, *says("And at night?")]
    )
    assert "turn 2" in text
    assert "You are a patient teacher" in text


@pytest.mark.parametrize("words", ["", "   ", "???", "🦕", "日本語で答えて", "```", "\ud800", "{a} {0} %s", "a" * 5000])
def test_it_answers_whatever_is_said(simulator: Simulator, words: str) -> None:
    assert "imulated" in text_of(simulator, messages=says(words))
