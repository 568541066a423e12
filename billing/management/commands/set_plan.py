"""`set_plan ORGANIZATION PLAN`: an organization goes to a plan, whether or not its admins could choose it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Organization
from billing.models import Plan
from billing.plan_changes import change_plan


class Command(BaseCommand):
    help = "Changes the plan of an organization."
    # Checks are for who deploys: they import every page and take longer than the command.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organization", help="its name")
        parser.add_argument("plan", help="the plan's short name, such as pro")

    def handle(self, **options: Any) -> None:
        organization = Organization.objects.filter(name=options["organization"]).first()
        if organization is None:
            raise CommandError(f"There is no organization named {options['organization']!r}.")
        plan = Plan.objects.filter(slug=options["plan"]).first()
        if plan is None:
            known = ", ".join(Plan.objects.values_list("slug", flat=True))
            raise CommandError(f"There is no plan {options['plan']!r}; there are: {known}.")
        if change_plan(organization.pk, plan) is None:
            raise CommandError(f"{organization} is on the plan {plan} already.")
        self.stdout.write(f"{organization} is on the plan {plan} now.")
