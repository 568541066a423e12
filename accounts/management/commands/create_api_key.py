"""Prints a new API key, alone, so that a script can keep it: it is shown nowhere again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import ApiKey, User


class Command(BaseCommand):
    help = "Make an API key and print it, alone, on standard output."
    # Checks are for who deploys: they import every page and take longer than the command.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", required=True, metavar="NAME", help="username of the person it speaks for")
        parser.add_argument("--label", default="", help="where it will be used")

    def handle(self, *_args: Any, user: str, label: str, **_options: Any) -> None:
        person = User.objects.filter(username=user).first()
        if person is None:
            raise CommandError(f"There is no user called {user!r}.")
        _, secret = ApiKey.objects.issue(user=person, project=None, label=label[:100])
        self.stdout.write(secret)
