"""What the page of limits and alerts shows: each limit with what is left of it, each alert, and the forms."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst

from accounts.access import ProjectRequest
from billing import locking, subjects
from billing.accounts import account_of
from billing.alert_rules import is_usual, rules_of, words
from billing.limit_forms import AlertForm, AmountForm, LimitForm
from billing.models import SpendingLimit
from billing.spending import Limit, breadth
from billing.standing import Standing
from billing.subjects import GONE, Subject


@dataclass(frozen=True, slots=True)
class Line:
    """A limit as the page shows it. Pico-USD."""

    limit: Limit
    name: str
    held: int
    form: AmountForm

    @property
    def left(self) -> int:
        return max(0, self.limit.amount - self.limit.spent - self.held)

    @property
    def used_part(self) -> str:
        return self._percent(self.limit.spent)

    @property
    def held_part(self) -> str:
        return self._percent(min(self.held, self.limit.amount - self.limit.spent))

    def _percent(self, amount: int) -> str:
        whole = self.limit.amount
        return f"{max(0.0, min(100.0, 100 * amount / whole)):.2f}" if whole else "0"


def limits_page(
    request: ProjectRequest,
    *,
    limit_form: LimitForm | None = None,
    amount_form: tuple[uuid.UUID, AmountForm] | None = None,
    alert_form: AlertForm | None = None,
) -> HttpResponse:
    """With one of the forms as it was refused, if any was."""
    organization = request.organization
    every = limit_form.every if limit_form else subjects.subjects(organization)
    standing = locking.look(organization.pk) or locking.look(account_of(organization.pk).pk)
    context = {
        "section": "billing",
        "tab": "limits",
        "organization": organization,
        "standing": standing,
        "lines": _lines(standing, every, amount_form) if standing else [],
        "form": limit_form or LimitForm(subjects=every),
        "rules": [(rule, words(rule), is_usual(rule)) for rule in rules_of(organization.pk)],
        "alert_form": alert_form or AlertForm(auto_id="alert-%s"),
    }
    is_refused = bool(limit_form or amount_form or alert_form)
    return render(request, "billing/limits.html", context, status=422 if is_refused else 200)


def gone(request: ProjectRequest, what: str) -> HttpResponse:
    """Of one that two people removed, or that never was here."""
    messages.info(request, f"There is no such {what} any more.")
    page = limits_page(request)
    page.status_code = 404
    return page


def called(limit: Any, every: list[Subject]) -> str:
    names = {(subject.scope, subject.id): subject.name for subject in every}
    return names.get((limit.scope, limit.subject_id)) or GONE[SpendingLimit.Scope(limit.scope)]


def _lines(standing: Standing, every: list[Subject], amount_form: tuple[uuid.UUID, AmountForm] | None) -> list[Line]:
    refused = dict([amount_form]) if amount_form else {}
    return [
        Line(
            limit=limit,
            name=capfirst(called(limit, every)),
            held=standing.held_under(limit),
            form=refused.get(limit.id) or AmountForm(limit=limit),
        )
        for limit in sorted(standing.limits, key=lambda each: (breadth(each.scope, each.period), called(each, every)))
    ]
