"""What an organization owes: used beyond all credits, and not yet invoiced. Pico-USD."""

from __future__ import annotations

from datetime import datetime

from django.db.models import BigIntegerField, ExpressionWrapper, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from billing.models import Account, Book, LedgerEntry, UsageRecord
from common import clock

#: The balance is what is left of all grants less what is owed, so this is the ledger's book of overage.
LEFT = Coalesce(Sum("grants__remaining", filter=Q(grants__remaining__gt=0)), Value(0), output_field=BigIntegerField())
OWED = ExpressionWrapper(LEFT - F("settled"), BigIntegerField())


def owing(at_least: int) -> QuerySet[Account]:
    """The accounts that owe so much."""
    return Account.objects.annotate(owed=OWED).filter(owed__gte=at_least)


def owed(account: Account, *, before: datetime) -> int:
    """Of usage up to that moment. Credits that came since then have paid the oldest debts first."""
    total = int(Account.objects.annotate(owed=OWED).values_list("owed", flat=True).get(pk=account.pk))
    return max(0, total - _since(account, before))


def _since(account: Account, moment: datetime) -> int:
    if moment > clock.now():
        return 0
    ended = UsageRecord.objects.filter(organization_id=account.pk, ended_at__gte=moment)
    entries = LedgerEntry.objects.filter(
        account=account,
        kind=LedgerEntry.Kind.USAGE,
        source=Book.OWED,
        about_id__in=ended.values("pk"),
    )
    return int(entries.aggregate(Sum("amount"))["amount__sum"] or 0)
