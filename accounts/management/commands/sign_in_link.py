"""Prints the path of a link that signs somebody in once, for who cannot use a password."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.sign_in_link import sign_in_path


class Command(BaseCommand):
    help = "Prints the path of a link that signs USER in once, within a day."
    # Checks are for who deploys: they import every page and take longer than the command.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="a user name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']}.")
        self.stdout.write(sign_in_path(user))
