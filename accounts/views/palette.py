"""The palette of Cmd/Ctrl+K: whatever can be gone to, found by a few letters."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, signed_in


@signed_in
@require_safe
def palette(request: SignedInRequest) -> HttpResponse:
    words = request.GET.get("q", "").lower().split()
    groups = [import_string(source)(request, words) for source in settings.PALETTE_SOURCES]
    context = {"groups": [group for group in groups if group.entries], "q": request.GET.get("q", "")}
    return render(request, "components/palette_results.html", context)
