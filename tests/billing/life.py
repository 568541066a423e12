"""An organization's money through any life: what people, requests and time may do to it, in any order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Any

from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from accounts.models import Project, User
from billing import audit, locking, tidying
from billing.book import book
from billing.grants import grant, void
from billing.invariants import INVARIANTS
from billing.invoicing.paying import credit, record_payment
from billing.invoicing.run import bill
from billing.models import Account, Grant, Invoice, Reservation, SpendingLimit, UsageRecord
from billing.plan_changes import change_plan
from billing.plans import PLANS
from billing.prices import UnitPrices
from billing.reaper import from_checkpoint
from billing.settlement import Settlement, unused
from billing.standing import Standing
from billing.usage.periods import Grain
from common import clock
from common.errors import QuotaExceeded
from common.money import CENT
from tests.billing.wishes import plan, used, wish

#: Stands in for a request that runs for longer than any may, which time alone does not make one here.
LONGEST = 10**9
MODELS = ("a/model", "other/model")
#: Pico-USD: a request costs some cents.
SCALE = 10**7 + 1
amounts = st.integers(1, 10_000).map(lambda some: some * SCALE)
which = st.integers(0, 20)
hows = st.sampled_from(["used", "used", "voided", "expired"])
requests = st.fixed_dictionaries(
    {
        "model": st.sampled_from(MODELS),
        "prices": st.builds(UnitPrices, *(st.sampled_from([0, 10 * SCALE, 90 * SCALE]) for _ in range(3))),
        "asked_output": st.none() | st.sampled_from([1, 10, 30]),
        "prompt_estimate": st.sampled_from([0, 10, 30]),
    }
)


class Life(RuleBasedStateMachine):
    """One account in a transaction that is rolled back; subclasses set the people and the clock.

    What may not be just then is not done: assumed away, it would take the whole life with it.
    """

    alice: User
    project: Project
    at: Any

    def __init__(self) -> None:
        super().__init__()
        self.running: list[Reservation] = []
        self.account_id = self.project.team.organization_id
        #: Whether something was let in on a plan with overage that is no more.
        self.may_owe = False
        #: What was used under each spending limit since it was set, by the beginning of its period.
        self.under: dict[tuple[Any, Any], int] = {}

    # What people do --------------------------------------------------------------------------

    @rule(
        amount=amounts,
        category=st.sampled_from(Grant.Category),
        days=st.none() | st.integers(1, 40),
        model=st.sampled_from(["", "", *MODELS]),
        priority=st.integers(0, 2),
    )
    def give(self, amount: int, category: Grant.Category, days: int | None, model: str, priority: int) -> None:
        expires = clock.now() + timedelta(days=days) if days else None
        organization = self.project.team.organization
        model = model if category == Grant.Category.PROMOTIONAL else ""
        grant(organization, amount, expires=expires, category=category, model=model, priority=priority)

    @rule(number=st.integers(0, 2))
    def take_back(self, number: int) -> None:
        for row in Grant.objects.open().order_by("id")[number : number + 1]:
            void(row)

    @rule(slug=st.sampled_from(sorted(PLANS)))
    def go_to(self, slug: str) -> None:
        before = self._standing()
        if change_plan(self.account_id, plan(slug)):
            after = self._standing()
            self.may_owe |= before.bills_overage and not after.bills_overage

    @rule(cap=st.none() | amounts)
    def agree_on_a_cap(self, cap: int | None) -> None:
        standing = self._standing()
        if cap is not None and cap < standing.spending + standing.held:
            return
        Account.objects.filter(pk=self.account_id).update(spending_cap=cap)
        audit.note(self.account_id, None, "cap.set", f"Cap changed to {cap}")

    @rule(
        amount=st.integers(0, 20_000).map(lambda some: some * SCALE),
        scope=st.sampled_from(["organization", "project"]),
        period=st.sampled_from(["day", "month"]),
    )
    def set_a_limit(self, amount: int, scope: str, period: str) -> None:
        subject = self.account_id if scope == "organization" else self.project.pk
        start = Grain(period).floor(clock.now())
        known = {"scope": scope, "period": period, "subject_id": subject}
        if SpendingLimit.objects.filter(account_id=self.account_id, **known).exists():
            return
        SpendingLimit.objects.create(
            account_id=self.account_id, amount=amount + sum(row.amount for row in self.running), start=start, **known
        )

    @rule(number=st.integers(0, 1), part=st.sampled_from([1, 2]), pays=st.booleans())
    def settle_an_invoice(self, number: int, part: int, pays: bool) -> None:
        """It is paid or credited, half or whole; a click twice."""
        for invoice in Invoice.objects.filter(state=Invoice.State.OPEN).order_by("number")[number : number + 1]:
            amount, key = max(CENT, invoice.outstanding // part // CENT * CENT), f"{self.at} {invoice.outstanding}"
            for _ in range(2):
                if pays:
                    record_payment(invoice, amount, key=key, paid_on=self.at.date())
                else:
                    credit(invoice, amount, key=key, reason="as agreed")

    # What requests do ------------------------------------------------------------------------

    @rule(asked=st.lists(requests, min_size=1, max_size=4))
    def ask(self, asked: list[dict[str, Any]]) -> None:
        answers = book([], [wish(self.alice, self.project, **each) for each in asked])
        assert all(isinstance(answer, Reservation | QuotaExceeded) for answer in answers)
        self.running += [answer for answer in answers if isinstance(answer, Reservation)]

    @precondition(lambda self: self.running)
    @rule(ends=st.lists(st.tuples(which, st.sampled_from([0, 0.5, 1, 1]), hows), min_size=1, max_size=4))
    def end(self, ends: list[tuple[int, float, str]]) -> None:
        """Each of them twice, as it may come."""
        ended = []
        for number, part, how in ends[: len(self.running)]:
            ended.append(_end(self.running.pop(number % len(self.running)), part, how))
        book([*ended, *ended], [])
        self._count(UsageRecord.objects.filter(pk__in=[each.id for each in ended]))

    def _count(self, records: Iterable[UsageRecord]) -> None:
        cost = sum(record.cost for record in records)
        for limit in SpendingLimit.objects.filter(account_id=self.account_id):
            key = limit.pk, Grain(limit.period).floor(clock.now())
            self.under[key] = self.under.get(key, 0) + cost

    # What time does --------------------------------------------------------------------------

    @rule(hours=st.integers(0, 60))
    def pass_time(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    @rule(microseconds=st.integers(-2, 2))
    def come_to_the_end_of_the_month(self, microseconds: int) -> None:
        end = Grain.MONTH.after(Grain.MONTH.floor(self.at)) + timedelta(microseconds=microseconds)
        self.at = max(self.at, end)

    @rule()
    def do_chores(self) -> None:
        tidying.tidy()
        for _ in range(2):
            list(bill(self.account_id))

    # What is always true ---------------------------------------------------------------------

    @invariant()
    def every_invariant_holds(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_all_invariants(connection.vendor))
            found = [sentence for sentence, *_ in cursor.fetchall()]
        assert found == []

    @invariant()
    def nothing_is_owed_where_nothing_may_be(self) -> None:
        standing = self._standing()
        assert standing.bills_overage or self.may_owe or standing.owed == 0

    @invariant()
    def no_limit_is_overshot(self) -> None:
        held = sum(row.amount for row in self.running)
        for limit in SpendingLimit.objects.filter(account_id=self.account_id):
            start = Grain(limit.period).floor(clock.now())
            spent = self.under.get((limit.pk, start), 0)
            assert spent == (limit.spent if limit.start == start else 0)
            assert spent + held <= limit.amount

    def _standing(self) -> Standing:
        standing = locking.look(self.account_id)
        assert standing
        return standing

    def _left(self, model: str) -> int:
        return self._standing().left(model)


def _end(row: Reservation, part: float, how: str) -> Settlement:
    if how != "used":
        return unused(row) if how == "voided" else from_checkpoint(row)
    prompt = row.prompt_estimate
    return used(row, prompt=prompt, completion=int(row.output_limit * part), cached_tokens=prompt // 2)


@cache
def _all_invariants(vendor: str) -> str:
    """In one statement: it is asked after every step."""
    each = [(one.sentence.replace("'", "''"), one.statement(vendor, longest=LONGEST)) for one in INVARIANTS]
    return " UNION ALL ".join(
        f"SELECT '{sentence}', found_{number}.* FROM ({statement}) AS found_{number}"
        for number, (sentence, statement) in enumerate(each)
    )
