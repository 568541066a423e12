"""A batch does in one transaction what its entries would do one after the other, settlements first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Project, User
from billing import accounts
from billing.admission import Admission
from billing.book import book
from billing.models import Account, Reservation
from billing.prices import UnitPrices
from billing.settlement import Settlement
from common.errors import ConcurrencyLimitReached, LineupError, QuotaExceeded
from tests.billing.wishes import check_books, clear_books, used, wish

#: Whose request, in which project, at which price, with which limits.
asked = st.fixed_dictionaries(
    {
        "who": st.integers(0, 1),
        "where": st.integers(0, 2),
        "prices": st.builds(UnitPrices, *[st.integers(0, 3) | st.just(10**6)] * 3),
        "asked_output": st.none() | st.integers(1, 500_000),
        "user_limit": st.integers(0, 4),
        "project_limit": st.integers(0, 4),
    }
)
#: Which of all that were ever admitted, and what it has used.
ended = st.tuples(st.integers(0, 30), st.integers(0, 50), st.integers(0, 5_000))
batches = st.lists(st.tuples(st.lists(ended, max_size=6), st.lists(asked, max_size=6)), max_size=6)


@dataclass
class Model:
    """The books as a child would keep them: one thing after the other."""

    settled: dict[Any, int]
    running: dict[Any, Reservation] = field(default_factory=dict)

    def end(self, settlement: Settlement) -> None:
        if row := self.running.pop(settlement.id, None):
            prices = UnitPrices(row.input_price, row.cached_input_price, row.output_price)
            self.settled[row.account_id] -= prices.cost(
                prompt=settlement.prompt_tokens, cached=0, completion=settlement.completion_tokens
            )

    def held(self, organization_id: Any) -> int:
        return sum(row.amount for row in self.running.values() if row.account_id == organization_id)

    def admit(self, wanted: Admission, answer: Reservation | LineupError) -> None:
        left = self.settled[wanted.organization_id] - self.held(wanted.organization_id)
        of_user = sum(row.user_id == wanted.user_id for row in self.running.values())
        of_project = sum(row.project_id == wanted.project_id for row in self.running.values())
        limit = wanted.output_limit(left)
        if not limit:
            assert isinstance(answer, QuotaExceeded)
        elif of_user >= wanted.user_limit or of_project >= wanted.project_limit:
            assert isinstance(answer, ConcurrencyLimitReached)
        else:
            assert isinstance(answer, Reservation)
            assert (answer.id, answer.output_limit) == (wanted.id, limit)
            self.running[answer.id] = answer


@dataclass
class Stage:
    people: Sequence[User]
    projects: Sequence[Project]

    def clear(self) -> Model:
        with transaction.atomic():
            clear_books()
        organizations = {project.team.organization_id for project in self.projects}
        return Model({each: accounts.account_of(each).settled for each in sorted(organizations)})

    def wish(self, who: int, where: int, **changes: Any) -> Admission:
        return wish(self.people[who], self.projects[where], most_output=500_000, **changes)


@pytest.fixture
def stage(transactional_db: None, alice: User, bob: User, project: Project, other: Project) -> Stage:
    second = Project.objects.create(team=project.team, slug="second")
    return Stage([alice, bob], [project, second, other])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=batches)
def test_every_batch_agrees_with_the_model(stage: Stage, life: list[tuple[Any, Any]]) -> None:
    model = stage.clear()
    rows: list[Reservation] = []
    for ends, asks in life:
        settlements = [used(rows[which % len(rows)], prompt=p, completion=c) for which, p, c in ends if rows]
        wanted = [stage.wish(**each) for each in asks]
        answers = book(settlements, wanted)
        for settlement in settlements:
            model.end(settlement)
        for admission, answer in zip(wanted, answers, strict=True):
            model.admit(admission, answer)
        rows += [answer for answer in answers if isinstance(answer, Reservation)]
        agree(model)


def agree(model: Model) -> None:
    for account in Account.objects.all():
        assert account.settled == model.settled[account.pk]
        assert account.held == model.held(account.pk)
    running = Reservation.objects.filter(state=Reservation.State.RUNNING).values_list("pk", flat=True)
    assert set(running) == set(model.running)
    check_books()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asks=st.lists(asked, min_size=1, max_size=6), written=st.integers(0, 6))
def test_what_an_earlier_try_wrote_is_not_written_again(stage: Stage, asks: list[Any], written: int) -> None:
    """The commit of the first entries came through, though nobody was told."""
    stage.clear()
    wanted = [stage.wish(**each) for each in asks]
    told = book([], wanted[:written])
    again = book([], wanted, again=True)
    admitted = [answer.pk for answer in told if isinstance(answer, Reservation)]
    assert admitted == [answer.pk for answer in again[:written] if isinstance(answer, Reservation)][: len(admitted)]
    assert Reservation.objects.count() == sum(isinstance(answer, Reservation) for answer in again)
    check_books()
