"""When an organization's admins want to hear of it: what everybody starts with, and what they changed of it."""

from __future__ import annotations

import uuid

from django.db import transaction

from accounts.models import User
from billing import audit
from billing.accounts import locked
from billing.models import Account, AlertRule
from common.money import agreed_usd, pico

Kind = AlertRule.Kind
#: In force until a row says otherwise, so that no account needs rows of its own.
DEFAULTS = (
    *((Kind.CREDITS, percent) for percent in (85, 100)),
    *((Kind.LIMIT, percent) for percent in (85, 100)),
    *((Kind.OVERAGE, pico(dollars)) for dollars in ("200", "450", "700", "1000")),
)
MOST_RULES = 30


def rules_of(account_id: uuid.UUID) -> list[AlertRule]:
    """Those that are on and those that are off, by what they are about."""
    own = {(rule.kind, rule.threshold): rule for rule in AlertRule.objects.filter(account_id=account_id)}
    usual = {key: AlertRule(account_id=account_id, kind=key[0], threshold=key[1]) for key in DEFAULTS}
    order = list(Kind)
    return sorted((usual | own).values(), key=lambda rule: (order.index(Kind(rule.kind)), rule.threshold))


def is_usual(rule: AlertRule) -> bool:
    return (rule.kind, rule.threshold) in DEFAULTS


@transaction.atomic
def set_rule(organization_id: uuid.UUID, *, kind: str, threshold: int, is_on: bool, actor: User) -> AlertRule:
    """Raises ValueError with a sentence when there are too many."""
    account = locked(organization_id)
    known = {(rule.kind, rule.threshold) for rule in rules_of(account.pk)}
    if (kind, threshold) not in known and len(known) >= MOST_RULES:
        raise ValueError(f"There are {MOST_RULES} alerts, which is the most: remove one first.")
    rule, _ = AlertRule.objects.update_or_create(
        defaults={"is_on": is_on}, account=account, kind=kind, threshold=threshold
    )
    _look_again(account)
    audit.note(account.pk, actor, "alert.set", f"Alert at {words(rule)}: {'on' if is_on else 'off'}")
    return rule


@transaction.atomic
def remove_rule(rule: AlertRule, *, actor: User) -> None:
    account = locked(rule.account_id)
    if AlertRule.objects.filter(pk=rule.pk).delete()[0]:
        audit.note(account.pk, actor, "alert.removed", f"Alert at {words(rule)}: removed")


def words(rule: AlertRule) -> str:
    if rule.kind == Kind.OVERAGE:
        return f"{agreed_usd(rule.threshold)} of overage in a month"
    of = "the month’s credits" if rule.kind == Kind.CREDITS else "a spending limit or cap"
    return f"{rule.threshold} % of {of}"


def _look_again(account: Account) -> None:
    """What the rule is about may have been reached before."""
    Account.objects.filter(pk=account.pk).look_again()
