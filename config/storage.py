"""Static files under names that carry a hash of their content."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

Converter = Callable[[re.Match[str]], str]


class HashedStaticFiles(ManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
    #: A module is renamed once those it imports are, so the longest chain of imports must fit.
    max_post_process_passes = 20

    def url_converter(self, name: str, *arguments: Any, **options: Any) -> Converter:
        """What our files refer to must exist; packages mention modules and source maps that they do not ship."""
        convert: Converter = super().url_converter(name, *arguments, **options)

        def convert_what_is_here(match: re.Match[str]) -> str:
            try:
                return convert(match)
            except ValueError:
                return match["matched"]

        if (settings.BASE_DIR / "static" / name).is_file():
            return convert
        return convert_what_is_here if name.endswith(".css") else lambda match: match["matched"]
