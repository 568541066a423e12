"""From the secret in a request to the caller it speaks for; and the end of a key."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.caller import Caller
from accounts.models import ApiKey, Project, digest
from common.errors import NotAuthenticated

#: Seconds for which a process may take a key without asking the database again.
CACHED_FOR = 5.0
MOST_CACHED = 10_000
LONGEST_SECRET = 200
USE_IS_NOTED_EVERY = timedelta(minutes=1)

_cache: dict[tuple[str, str], tuple[float, Caller]] = {}
#: How often all was forgotten.
_forgotten = 0
_lock = threading.Lock()


def caller_for(
    secret: str, project_path: str | None = None, *, door: str = "api", client: str = "", address: str = ""
) -> Caller:
    """Raises NotAuthenticated, always alike, for a key that is no good and for a project that is not the person's.

    Nothing is compared here: the database finds the SHA-256 of the secret through its index, and timing tells
    nothing about a digest that nobody can choose.
    """
    if not secret or len(secret) > LONGEST_SECRET:
        raise NotAuthenticated
    asked = (digest(secret), project_path or "")
    until, caller = _cache.get(asked, (0.0, None))
    if caller is None or until < time.monotonic():
        caller = _look_up(*asked)
    return replace(caller, door=door, client=client[:200], address=address)


def revoke(key: ApiKey) -> None:
    key.revoke()
    forget_all()


def forget_all() -> None:
    """The database is asked again about every key: one was revoked or somebody lost access."""
    global _forgotten
    with _lock:
        _forgotten += 1
        _cache.clear()


def _look_up(key_digest: str, project_path: str) -> Caller:
    forgotten_before = _forgotten
    now = timezone.now()
    key = ApiKey.objects.usable(now).filter(digest=key_digest).select_related("user").first()
    project = _project_of(key, project_path) if key else None
    if key is None or project is None:
        raise NotAuthenticated
    _note_use(key, now)
    caller = Caller.of(key.user, project, key=key, door="api")
    left = (key.expires_at - timezone.now()).total_seconds() if key.expires_at else CACHED_FOR
    with _lock:
        # What was read before a revocation must not be kept after it.
        if _forgotten == forgotten_before:
            if len(_cache) >= MOST_CACHED:
                _cache.clear()
            _cache[key_digest, project_path] = (time.monotonic() + min(left, CACHED_FOR), caller)
    return caller


def _project_of(key: ApiKey, path: str) -> Project | None:
    """The named project, else the key's own, else the person's first."""
    projects = Project.objects.for_user(key.user).select_related("team")
    if path:
        return projects.at(path).first()
    own = projects.filter(pk=key.project_id).first() if key.project_id else None
    return own or projects.order_by("created_at").first()


def _note_use(key: ApiKey, now: datetime) -> None:
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_IS_NOTED_EVERY)
    if key.last_used_at is None or key.last_used_at <= now - USE_IS_NOTED_EVERY:
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
