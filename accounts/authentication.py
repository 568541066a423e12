"""From the secret in a request to the caller it speaks for; and the end of a key."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from typing import NamedTuple

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

_cache: dict[Claim, tuple[float, Caller]] = {}
#: How often all was forgotten.
_forgotten = 0
_lock = threading.Lock()


class Claim(NamedTuple):
    """Who a request says it comes from: the SHA-256 of its secret, and the project it names or "".

    Nothing is ever compared with a secret: its digest is looked up whole, here and through the database's index, and
    timing tells nothing about a digest that nobody can choose.
    """

    digest: str
    project_path: str

    @classmethod
    def of(cls, secret: str, project_path: str | None) -> Claim:
        if not secret or len(secret) > LONGEST_SECRET:
            raise NotAuthenticated
        return cls(digest(secret), project_path or "")


def known(claim: Claim) -> Caller | None:
    """Without asking the database; None if that must be asked."""
    until, caller = _cache.get(claim, (0.0, None))
    return caller if until >= time.monotonic() else None


def caller_for(secret: str, project_path: str | None = None, **said: str) -> Caller:
    """`said`: door, client and address. Raises NotAuthenticated, as `look_up` does."""
    claim = Claim.of(secret, project_path)
    return (known(claim) or look_up(claim)).saying(**said)


def generation() -> int:
    """Another one after every revocation: what was asked in an earlier one must not answer who asks in this."""
    return _forgotten


def revoke(key: ApiKey) -> None:
    key.revoke()
    forget_all()


def forget_all() -> None:
    """The database is asked again about every key: one was revoked or somebody lost access."""
    global _forgotten
    with _lock:
        _forgotten += 1
        _cache.clear()


def look_up(claim: Claim) -> Caller:
    """Raises NotAuthenticated, always alike, for a key that is no good and for a project that is not the person's."""
    forgotten_before = _forgotten
    now = timezone.now()
    key = ApiKey.objects.usable(now).filter(digest=claim.digest).select_related("user").first()
    project = _project_of(key, claim.project_path) if key else None
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
            _cache[claim] = (time.monotonic() + min(left, CACHED_FOR), caller)
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
