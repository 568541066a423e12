"""Whatever happens in whatever order, the books add up."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Project, User
from billing import accounts, locking
from billing.book import book
from billing.grants import grant
from billing.models import Reservation
from billing.prices import UnitPrices
from billing.reaper import from_checkpoint
from billing.settlement import unused
from tests.billing.wishes import check_books, clear_books, used, wish

tokens = st.integers(0, 5_000)
prices = st.builds(UnitPrices, input=st.integers(0, 300), cached_input=st.integers(0, 300), output=st.integers(0, 900))
admit = st.tuples(st.just("admit"), prices, st.integers(0, 200), st.none() | st.integers(1, 3_000), st.integers(1, 4))
end = st.tuples(st.sampled_from(["settle", "void", "expire"]), st.integers(0, 30), tokens, tokens)
top_up = st.tuples(st.just("grant"), st.integers(1, 3_000_000))


class Life:
    """Operations applied as the writer applies them, one transaction each."""

    def __init__(self, user: User, project: Project) -> None:
        self.user, self.project = user, project
        self.rows: list[Reservation] = []

    def apply(self, step: tuple[Any, ...]) -> None:
        getattr(self, f"_{step[0]}")(*step[1:])

    def _grant(self, amount: int) -> None:
        grant(self.project.team.organization, amount)

    def _admit(self, prices: UnitPrices, prompt: int, asked: int | None, choices: int) -> None:
        wanted = wish(
            self.user, self.project, prices=prices, prompt_estimate=prompt, asked_output=asked, choices=choices
        )
        with transaction.atomic():
            (answer,) = book([], [wanted])
        if isinstance(answer, Reservation):
            self.rows.append(answer)
            assert _left(answer) >= 0

    def _end(self, which: int, make: Any) -> None:
        if self.rows:
            row = self.rows[which % len(self.rows)]
            with transaction.atomic():
                book([make(row)], [])

    def _settle(self, which: int, prompt: int, completion: int) -> None:
        self._end(which, lambda row: used(row, prompt=prompt, completion=completion, cached_tokens=prompt // 2))

    def _void(self, which: int, *_: int) -> None:
        self._end(which, unused)

    def _expire(self, which: int, *_: int) -> None:
        self._end(which, from_checkpoint)


def _left(answer: Reservation) -> int:
    standing = locking.look(answer.account_id)
    assert standing
    return standing.left(answer.model)


@pytest.fixture
def life(transactional_db: None, alice: User, project: Project) -> Life:
    accounts.account_of(project.team.organization_id)
    return Life(alice, project)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(admit | end | top_up, max_size=25))
def test_every_order_of_events_adds_up(life: Life, steps: list[tuple[Any, ...]]) -> None:
    clear_books()
    life.rows.clear()
    accounts.account_of(life.project.team.organization_id)
    for step in steps:
        life.apply(step)
        check_books()


@given(prices=prices, prompt=tokens, choices=st.integers(1, 8), most=tokens, left=st.integers(0, 10**7))
def test_what_is_admitted_without_a_limit_can_always_be_paid(
    prices: UnitPrices, prompt: int, choices: int, most: int, left: int
) -> None:
    output = prices.affordable_output(prompt=prompt, choices=choices, most=most, left=left)
    assert 0 <= output <= most
    if output:
        assert prices.worst(prompt=prompt, output=choices * output) <= left


@given(prices=prices, prompt=tokens, cached=st.integers(0, 5_000), completion=tokens, limit=tokens)
def test_no_use_within_the_bounds_costs_more_than_is_held(
    prices: UnitPrices, prompt: int, cached: int, completion: int, limit: int
) -> None:
    cost = prices.cost(prompt=prompt, cached=min(cached, prompt), completion=min(completion, limit))
    assert cost <= prices.worst(prompt=prompt, output=limit)
