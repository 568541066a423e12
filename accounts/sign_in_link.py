"""A link that signs one person in, once: for the first visit after `make run`, before any password exists."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.urls import reverse

from accounts.models import User

SALT = "accounts.sign-in-link"
LIFETIME = timedelta(hours=24)


def sign_in_path(user: User) -> str:
    return reverse("sign-in-link", args=[signing.dumps([user.pk, _last_sign_in(user)], salt=SALT)])


def _last_sign_in(user: User) -> str:
    """What a link is tied to: it changes with every sign-in, so a link works once and no table remembers it."""
    return user.last_login.isoformat() if user.last_login else ""


def redeem(token: str) -> User | None:
    """The person a link is for, their row locked in the caller's transaction: of two clicks at once, one succeeds."""
    try:
        pk, last_sign_in = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.select_for_update().filter(pk=pk, is_active=True).first()
    return user if user and _last_sign_in(user) == last_sign_in else None
