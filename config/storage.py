"""Static files under names that carry a hash of their content."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

Converter = Callable[[re.Match[str]], str]


class HashedStaticFiles(ManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
    keep_intermediate_files = False

    def url_converter(self, name: str, *arguments: Any, **options: Any) -> Converter:
        """Ours must refer to files that exist; packages mention source maps and modules that they do not ship."""
        convert: Converter = super().url_converter(name, *arguments, **options)

        def convert_what_is_here(match: re.Match[str]) -> str:
            try:
                return convert(match)
            except ValueError:
                return match["matched"]

        return convert_what_is_here if name.startswith("vendor/") else convert
