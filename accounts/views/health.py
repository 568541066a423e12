"""Whether this process serves: for balancers and scripts."""

from django.db import Error, connection
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import PublicRequest, public


@public
@require_safe
@never_cache
def healthz(_request: PublicRequest) -> HttpResponse:
    answers = _database_answers()
    return JsonResponse(
        {"status": "ok" if answers else "failing", "database": "ok" if answers else "cannot be reached"},
        status=200 if answers else 503,
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True
