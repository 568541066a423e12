"""The palette of Cmd/Ctrl+K: whatever can be gone to, all at once; and by words, what is too much for that."""

from django.conf import settings
from django.http import JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, signed_in
from common.templatetags.ui import icon
from common.texts import storable


@signed_in
@never_cache
@require_safe
def palette(request: SignedInRequest) -> JsonResponse:
    words = storable(request.GET.get("q", "")).lower().split()
    sources = settings.PALETTE_LOOKUPS if words else settings.PALETTE_SOURCES
    groups = [import_string(source)(request, words) for source in sources]
    icons = {entry.icon for group in groups for entry in group.entries if entry.icon}
    return JsonResponse(
        {
            "groups": [group.as_json() for group in groups if group.entries],
            "icons": {name: icon(name) for name in sorted(icons)},
        }
    )
