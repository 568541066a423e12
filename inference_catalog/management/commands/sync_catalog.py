"""Loads the catalog file, then what each provider lists."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inference_catalog.catalog_file import CATALOG, CatalogError, read_catalog
from inference_catalog.providers import SettingsError
from inference_catalog.syncing import Synced, sync


class Command(BaseCommand):
    help = "Loads the catalog file (or FILE), then what each provider lists; can be run again at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=CATALOG, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            synced = sync(read_catalog(options["file"]))
        except (CatalogError, SettingsError) as error:
            raise CommandError(str(error)) from error
        for line in report(synced):
            self.stdout.write(line)


def report(synced: Synced) -> list[str]:
    loaded = synced.loaded
    changes = {
        "added": loaded.added,
        "changed": loaded.changed,
        "newly priced": loaded.priced,
        "retired": [*loaded.retired, *synced.retired],
    }
    said = [f"{len(ids)} {what}" for what, ids in changes.items() if ids]
    return [
        f"Catalog: {', '.join(said) or 'nothing new'}",
        *(answer.sentence() for answer in synced.answered),
        *(f"{provider.name}: disabled, the settings do not name it any more" for provider in synced.disabled),
    ]
