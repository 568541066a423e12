"""Plans in words: what each includes, and what exactly happens when an organization goes to it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from billing.models import Account, Plan
from billing.renewals import coming
from common import money

PER = {Plan.Period.ONCE: "in all", Plan.Period.MONTH: "a month", Plan.Period.YEAR: "a year"}
BEGINS = {Plan.Period.MONTH: "when a month begins", Plan.Period.YEAR: "when a year begins"}


def per(period: str) -> str:
    """As an amount is followed by it: $5.00 a month."""
    return PER[Plan.Period(period)]


@dataclass(frozen=True, slots=True)
class Offer:
    plan: Plan
    #: The organization's own cap counts in place of the plan's.
    cap: int | None
    #: What choosing it does, in sentences; empty where it is not one's own to choose.
    happens: str = ""

    @property
    def credits(self) -> str:
        plan = self.plan
        if not plan.included_credits:
            return "None included"
        often = "once" if plan.included_every == Plan.Period.ONCE else per(plan.included_every)
        return f"{money.usd(plan.included_credits)} {often}"

    @property
    def overage(self) -> str:
        if self.plan.bills_overage:
            return "Usage goes on, billed at the models’ prices"
        return (
            "Requests are refused"
            if self.plan.included_every == Plan.Period.ONCE
            else "Requests wait for the next credits"
        )

    @property
    def ceiling(self) -> str:
        return "None" if self.cap is None else f"{money.agreed_usd(self.cap)} {per(self.plan.cap_period)}"

    @property
    def concurrency(self) -> str:
        plan = self.plan
        person = plan.concurrency_per_user if plan.concurrency_per_user is not None else settings.CONCURRENCY_PER_USER
        project = plan.concurrency_per_project
        project = settings.CONCURRENCY_PER_PROJECT if project is None else project
        return f"{person:,} of a person, {project:,} of a project"


def offers(account: Account) -> list[Offer]:
    """All plans; those that this organization's admins may choose say what would happen."""
    may_choose = account.plan.is_self_service
    return [
        Offer(plan, plan.spending_cap, _happens(account, plan) if may_choose and plan.is_self_service else "")
        for plan in Plan.objects.select_related("price_list")
    ]


def _happens(account: Account, plan: Plan) -> str:
    if plan.pk == account.plan_id:
        return ""
    sentences = ["The credits you have stay until they expire.", _credits(account, plan), _overage(account, plan)]
    cap = plan.spending_cap if account.spending_cap is None else account.spending_cap
    if cap is not None:
        sentences.append(
            f"At most {money.agreed_usd(cap)} {per(plan.cap_period)} may be spent beyond promotional credits."
        )
    return " ".join(filter(None, sentences))


def _credits(account: Account, plan: Plan) -> str:
    share = coming(account, plan, whole=False)
    again = f", and {money.usd(plan.included_credits)} again {BEGINS.get(Plan.Period(plan.included_every), '')}"
    if not share.amount:
        return "What the plan includes for this period was granted already." if plan.included_credits else ""
    if share.end is None:
        return f"You get {money.usd(share.amount)} of credits once."
    return f"You get {money.usd(share.amount)} of credits now, for {share.proration} until {share.end:%Y-%m-%d}{again}."


def _overage(account: Account, plan: Plan) -> str:
    if plan.bills_overage:
        return "When credits are used up, usage goes on and is billed monthly at the models’ prices."
    sentence = "When credits are used up, requests are refused."
    return f"{sentence} Overage so far stays owed and is invoiced." if account.plan.bills_overage else sentence
