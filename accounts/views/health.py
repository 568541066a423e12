"""Whether this process lives, and whether it takes requests: for balancers, supervisors and scripts."""

from django.db import Error, connection
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import PublicRequest, public
from common import draining


@public
@require_safe
@never_cache
def livez(_request: PublicRequest) -> HttpResponse:
    """A new process would not help where the database is away, so nobody else is asked."""
    return JsonResponse({"status": "ok"})


@public
@require_safe
@never_cache
def readyz(_request: PublicRequest) -> HttpResponse:
    if draining.is_on():
        return JsonResponse({"status": "draining"}, status=503)
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
