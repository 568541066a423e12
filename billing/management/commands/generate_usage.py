"""Makes an organization with as many usage records as are wanted, to see how pages bear it."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Organization, User
from billing.usage.generating import Wanted, generate


class Command(BaseCommand):
    help = "Makes the organization NAME, whose admin is NAME too, with generated usage. Nothing else is touched."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="of an organization that is not there yet")
        parser.add_argument("--rows", type=int, default=5_000_000)
        parser.add_argument("--projects", type=int, default=50)
        parser.add_argument("--people", type=int, default=100)
        parser.add_argument("--days", type=int, default=365, help="how far back it goes")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        if Organization.objects.filter(name__iexact=name).exists() or User.objects.filter(username=name).exists():
            raise CommandError(f"{name} is there already: choose another name.")
        counts = {key: options[key] for key in ("rows", "projects", "people", "days")}
        if min(counts.values()) < 1 or counts["days"] > 3650:
            raise CommandError("At least 1 of everything, and at most 3650 days.")
        began = time.monotonic()
        for done in generate(name, Wanted(**counts, until=timezone.now())):
            self.stderr.write(f"{done:,} records")
        self.stdout.write(f"{name} has {counts['rows']:,} records, made in {time.monotonic() - began:.0f} seconds.")
