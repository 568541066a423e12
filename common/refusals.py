"""How a refusal is told to scripts of a page: its sentence, which they show where it belongs."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.html import format_html


def fragment(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(format_html('<p class="notice bad" data-sentence>{}</p>', sentence), status=status)
