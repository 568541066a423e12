"""Settings → API keys: made with a label, shown once, revoked at once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import authentication
from accounts.access import SignedInRequest, signed_in
from accounts.forms import ApiKeyForm
from accounts.models import ApiKey


@signed_in
@require_safe
def api_keys(request: SignedInRequest) -> HttpResponse:
    return _page(request, form=ApiKeyForm(user=request.user))


@signed_in
@require_POST
@never_cache
def create(request: SignedInRequest) -> HttpResponse:
    """Answers with the page itself: a redirect would need to keep the secret somewhere."""
    form = ApiKeyForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    key, secret = ApiKey.objects.issue(
        user=request.user,
        label=form.cleaned_data["label"],
        project=form.cleaned_data["project"],
        expires_at=form.cleaned_data["lifetime"],
    )
    return _page(request, form=ApiKeyForm(user=request.user), new_key=key, secret=secret)


@signed_in
@require_POST
def revoke(request: SignedInRequest, key_id: UUID) -> HttpResponse:
    key = get_object_or_404(request.user.api_keys, pk=key_id)
    authentication.revoke(key)
    messages.success(request, f"The key {key} is revoked: no request can use it any more.")
    return redirect("api-keys")


def _page(
    request: SignedInRequest,
    *,
    form: ApiKeyForm,
    new_key: ApiKey | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "section": "settings",
        "tab": "api-keys",
        "form": form,
        "keys": request.user.api_keys.select_related("project__team"),
        "new_key": new_key,
        "secret": secret,
    }
    return render(request, "settings/api_keys.html", context, status=status)
