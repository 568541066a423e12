"""`grant_credits ORGANIZATION AMOUNT [--expires DATE]`: books credits for an organization."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Organization
from billing.accounts import account_of
from billing.grants import grant
from billing.models import Grant
from common import clock, money
from inference_catalog.models import Model

NOTE = Grant._meta.get_field("note").max_length or 0


class Command(BaseCommand):
    help = "Grants credits to an organization."
    # Checks are for who deploys: they import every page and take longer than the command.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organization", help="its name")
        parser.add_argument("amount", help="in dollars, such as 25 or 0.50")
        parser.add_argument("--expires", metavar="DATE", help="the last day of the credits, such as 2027-12-31 (UTC)")
        parser.add_argument("--paid", action="store_true", help="somebody paid; otherwise they are promotional")
        parser.add_argument("--model", default="", help="the one model they pay for; otherwise every model")
        parser.add_argument("--note", default="")

    def handle(self, **options: Any) -> None:
        organization = _organization(options["organization"])
        amount, expires = _amount(options["amount"]), _expiry(options["expires"])
        if options["model"] and not Model.objects.filter(model_id=options["model"]).exists():
            raise CommandError(f"There is no model {options['model']!r} in the catalog.")
        if len(options["note"]) > NOTE:
            raise CommandError(f"The note is longer than {NOTE} characters.")
        try:
            grant(
                organization,
                amount,
                expires=expires,
                note=options["note"],
                category=Grant.Category.PAID if options["paid"] else Grant.Category.PROMOTIONAL,
                model=options["model"],
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        balance = money.usd(account_of(organization.pk).settled)
        self.stdout.write(f"Granted {money.usd_exactly_enough(amount)} to {organization}; its balance is {balance}.")


def _organization(name: str) -> Organization:
    organization = Organization.objects.filter(name=name).first()
    if organization is None:
        raise CommandError(f"There is no organization named {name!r}.")
    return organization


def _amount(text: str) -> int:
    try:
        amount = Decimal(text)
        if not amount.is_finite():
            raise InvalidOperation
        return money.pico(amount)
    except InvalidOperation as error:
        raise CommandError(f"{text!r} is not an amount of dollars, such as 25 or 0.50.") from error
    except ValueError as error:
        raise CommandError(f"{error}.") from error


def _expiry(text: str | None) -> datetime | None:
    """The end of that day."""
    if text is None:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise CommandError(f"{text!r} is not a date, such as 2027-12-31.") from error
    expires = day.replace(hour=23, minute=59, second=59, microsecond=999999)
    if expires <= clock.now():
        raise CommandError(f"{text} is over already.")
    return expires
