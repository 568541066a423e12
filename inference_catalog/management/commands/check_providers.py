"""Asks every provider whether it is there; for a timer, where no traffic tells."""

from typing import Any

from django.core.management.base import BaseCommand

from inference_catalog.syncing import check


class Command(BaseCommand):
    help = "Asks every provider whether it can be reached, and prints what it said."

    def handle(self, *args: Any, **options: Any) -> None:
        for answer in check():
            state = "can be used" if answer.listing.is_up else "cannot be used"
            self.stdout.write(f"{answer.provider.name}: {state}{f' ({answer.detail})' if answer.detail else ''}")
