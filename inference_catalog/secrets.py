"""Provider keys at rest: encrypted under a key derived from SECRET_KEY."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings


def hide(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode() if secret else ""


def reveal(hidden: str) -> str:
    """Raises cryptography.fernet.InvalidToken when SECRET_KEY is not the one it was hidden under."""
    return _box().decrypt(hidden.encode()).decode() if hidden else ""


def _box() -> Fernet:
    key = hashlib.sha256(b"provider keys" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
