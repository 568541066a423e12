"""Telling an organization's admins what they wanted to hear of: each threshold once a period, in one mail."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from accounts.models import Organization
from billing import locking
from billing.accounts import locked
from billing.alert_rules import rules_of
from billing.gauges import gauges
from billing.mailing import mail_admins
from billing.models import Account, Alert

log = logging.getLogger(__name__)
#: What no mail server took within a day is told by the banner alone.
TRIED_FOR = timedelta(days=1)


def check() -> None:
    """Looks at the accounts whose balance moved since the last time, whoever looked, and mails what is new."""
    moved = Account.objects.exclude(alerts_seen=F("settled"))
    _each(look, moved.values_list("pk", flat=True))
    _each(mail, set(_unmailed().values_list("account", flat=True)))


def _unmailed() -> QuerySet[Alert]:
    return Alert.objects.filter(mailed_at=None, at__gt=timezone.now() - TRIED_FOR)


def _each(do: Callable[[uuid.UUID], None], organization_ids: Iterable[uuid.UUID]) -> None:
    """What fails for one organization is the log's, and tried again next time."""
    for organization_id in list(organization_ids):
        try:
            do(organization_id)
        except Exception:
            log.exception("could not %s alerts of %s", do.__name__, organization_id)


@transaction.atomic
def look(organization_id: uuid.UUID) -> None:
    """Writes down which thresholds were crossed; those that were already stay as they are. Under the account's lock, so
    that what is set meanwhile is looked at next."""
    locked(organization_id)
    standing = locking.look(organization_id)
    if standing is None:
        return
    rules = [rule for rule in rules_of(organization_id) if rule.is_on]
    crossed = [
        Alert(
            account_id=organization_id,
            kind=gauge.kind,
            threshold=rule.threshold,
            subject_id=gauge.subject_id,
            period=gauge.period,
            sentence=capfirst(gauge.sentence(rule.threshold)),
        )
        for gauge in gauges(standing)
        for rule in rules
        if rule.kind == gauge.kind and gauge.has_reached(rule.threshold)
    ]
    Alert.objects.bulk_create(crossed, ignore_conflicts=True)
    Account.objects.filter(pk=organization_id).update(alerts_seen=standing.settled)


def mail(organization_id: uuid.UUID) -> None:
    """One mail about all that nobody has claimed yet. Claimed before it is sent, so that two processes never send the
    same; given back when it could not be sent."""
    waiting = _unmailed().filter(account=organization_id).order_by("at")
    claimed = [alert for alert in waiting if _claim(alert)]
    if not claimed:
        return
    try:
        _send(Organization.objects.get(pk=organization_id), claimed)
    except Exception:
        log.warning("could not mail alerts of %s", organization_id, exc_info=True)
        Alert.objects.filter(pk__in=[alert.pk for alert in claimed]).update(mailed_at=None)


def _claim(alert: Alert) -> bool:
    return Alert.objects.filter(pk=alert.pk, mailed_at=None).update(mailed_at=timezone.now()) == 1


def _send(organization: Organization, alerts: Sequence[Alert]) -> None:
    context = {"alerts": alerts, "link": settings.PUBLIC_URL + reverse("billing")}
    mail_admins(organization, f"{organization}: {alerts[-1].sentence}", "billing/mail/alerts", context)
