"""`run_chores`: does once what is due, for those who would rather have a timer do it than their servers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing import chores


class Command(BaseCommand):
    help = "Does the chores that are due, or those that are named."
    # Checks are for who deploys: they import every page and take longer than the command.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(sorted(chores.CHORES))}")

    def handle(self, **options: Any) -> None:
        unknown = sorted(set(options["names"]) - chores.CHORES.keys())
        if unknown:
            raise CommandError(f"There is no chore named {unknown[0]!r}: there are {', '.join(sorted(chores.CHORES))}.")
        for name in options["names"]:
            chores.CHORES[name].do()
        done = options["names"] or chores.do_due()
        self.stdout.write(f"Done: {', '.join(done) or 'nothing was due'}")
