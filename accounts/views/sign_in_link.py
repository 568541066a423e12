"""Opening a sign-in link."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import PublicRequest, public
from accounts.sign_in_link import LIFETIME, redeem


@public
@never_cache
@require_GET
def sign_in_link(request: PublicRequest, token: str) -> HttpResponse:
    with transaction.atomic():
        if user := redeem(token):
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            return redirect("home")
    return render(request, "accounts/sign_in_link.html", {"hours": LIFETIME // timedelta(hours=1)}, status=410)
