"""The front door leads to what can be asked."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, signed_in


@signed_in
@require_safe
def home(_request: SignedInRequest) -> HttpResponse:
    return redirect("inference")
