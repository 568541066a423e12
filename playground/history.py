"""A person's comparisons page by page, and those in which something was said, with the place where it was.

A search reads from the latest comparison on and pauses after a moment, so that no request is long however much there
is; it goes on from where it paused, until all is read.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery

from accounts.models import Project, User
from playground.models import Comparison, Lane, Message
from playground.models.comparisons import ComparisonQuerySet

PAGE = 30
#: Seconds after which a search pauses.
PATIENCE = 0.4
#: Comparisons that are looked through at once: few at first, as one may hold a book; then as many as go quickly.
FIRST_BATCH, LARGEST_BATCH, QUICK = 60, 480, 0.1
LONGEST_QUERY = 200
#: Characters shown before and after what was found.
BEFORE, AFTER = 60, 160

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CURSOR = re.compile(r"([01])\.(\d{1,17})\.([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a comparison something was said, and its words as they stand there."""

    message: Message
    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Found:
    comparison: Comparison
    #: None: its title or a model's name has the words, or none were sought.
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Page:
    found: list[Found]
    #: Where the next page begins; empty: this is the last one.
    next: str = ""
    #: Whether the search paused before it found enough.
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Comparisons in their order: the latest first, where they are one's own the pinned before all others."""

    rows: ComparisonQuerySet
    has_pins: bool

    @classmethod
    def own(cls, user: User, project: Project) -> Listing:
        return cls(Comparison.objects.for_user(user).filter(project=project), has_pins=True)

    @classmethod
    def shared(cls, user: User, project: Project) -> Listing:
        """What others share in this project."""
        shared = Comparison.objects.seen_by(user).filter(project=project, sharing__in=("read", "copy"))
        return cls(shared.exclude(created_by=user), has_pins=False)

    def after(self, cursor: str) -> ComparisonQuerySet:
        pins = ["-is_pinned"] if self.has_pins else []
        ordered = self.rows.order_by(*pins, "-updated_at", "-id")
        read = CURSOR.fullmatch(cursor)
        if read is None:
            return ordered
        at = EPOCH + timedelta(microseconds=int(read[2]))
        later = Q(updated_at__lte=at) & (Q(updated_at__lt=at) | Q(id__lt=uuid.UUID(read[3])))
        if not self.has_pins:
            return ordered.filter(later)
        if read[1] == "0":
            return ordered.filter(later, is_pinned=False)
        return ordered.filter(Q(is_pinned=False) | later)

    def cursor(self, row: Comparison) -> str:
        microseconds = (row.updated_at - EPOCH) // timedelta(microseconds=1)
        return f"{int(row.is_pinned)}.{microseconds}.{row.pk.hex}"

    def page(self, cursor: str = "", query: str = "") -> Page:
        if query:
            return self._search(cursor, query[:LONGEST_QUERY])
        rows = list(shown(self.after(cursor))[: PAGE + 1])
        return Page([Found(row) for row in rows[:PAGE]], self.cursor(rows[PAGE - 1]) if len(rows) > PAGE else "")

    def _search(self, cursor: str, query: str) -> Page:
        begun = time.monotonic()
        found: dict[uuid.UUID, uuid.UUID | None] = {}
        for batch, is_last in self._batches(cursor):
            hits = _hits(batch, query)
            for row in batch:
                if row.pk in hits:
                    found[row.pk] = hits[row.pk]
                if len(found) == PAGE:
                    return Page(_places(found, query), self.cursor(row))
            if not is_last and time.monotonic() - begun > PATIENCE:
                return Page(_places(found, query), self.cursor(batch[-1]), is_paused=True)
        return Page(_places(found, query))

    def _batches(self, cursor: str) -> Iterator[tuple[list[Comparison], bool]]:
        """Each with whether it is known to be the last."""
        size = FIRST_BATCH
        while True:
            started = time.monotonic()
            batch = list(self.after(cursor).only("is_pinned", "updated_at")[:size])
            is_last = len(batch) < size
            if batch:
                yield batch, is_last
            if is_last:
                return
            cursor = self.cursor(batch[-1])
            is_quick = time.monotonic() - started < QUICK
            size = min(2 * size, LARGEST_BATCH) if is_quick else max(size // 2, FIRST_BATCH)


def shown(rows: ComparisonQuerySet) -> ComparisonQuerySet:
    """With their lanes as they are called now; what a saved model holds is not read for its name."""
    named = Lane.objects.open().select_related("model", "saved_model").defer("saved_model__val")
    lanes = Prefetch("lanes", named)
    return rows.defer("draft").select_related("created_by").prefetch_related(lanes)


def _hits(batch: list[Comparison], query: str) -> dict[uuid.UUID, uuid.UUID | None]:
    """Those of the comparisons that have the words, each with the first message that does."""
    ids = [row.pk for row in batch]
    is_called = _has("model__name", query) | _has("saved_model__object_id", query)
    of_model = Lane.objects.open().filter(is_called, comparison=OuterRef("pk"))
    named = Comparison.objects.filter(_has("title", query) | Exists(of_model), pk__in=ids)
    hits: dict[uuid.UUID, uuid.UUID | None] = dict.fromkeys(named.values_list("pk", flat=True))
    # Lane by lane, each by its index: a join would be planned as a reading of all messages there are. For the same
    # reason the first is found by its time, which has no index that could be walked instead.
    said = Message.objects.filter(_has("text", query), lane=OuterRef("pk")).order_by("created_at")
    lanes = Lane.objects.open().filter(comparison__in=ids).annotate(said=Subquery(said.values("pk")[:1]))
    for comparison_id, message_id in lanes.values_list("comparison_id", "said"):
        if message_id:
            hits[comparison_id] = hits.get(comparison_id) or message_id
    return hits


def _has(field: str, query: str) -> Q:
    """SQLite takes capitals and small letters for the same in ASCII only; the usual spellings stand in for the rest."""
    spellings = {query} if query.isascii() else {query, query.lower(), query.upper(), query.capitalize()}
    condition = Q()
    for spelling in spellings:
        condition |= Q((f"{field}__icontains", spelling))
    return condition


def _places(found: dict[uuid.UUID, uuid.UUID | None], query: str) -> list[Found]:
    comparisons = {row.pk: row for row in shown(Comparison.objects.filter(pk__in=found))}
    places = dict(_read(filter(None, found.values()), query))
    # What was deleted in this moment is left out.
    return [
        Found(comparisons[pk], places.get(message_id) if message_id else None)
        for pk, message_id in found.items()
        if pk in comparisons
    ]


def _read(message_ids: Iterable[uuid.UUID], query: str) -> Iterator[tuple[uuid.UUID, Place]]:
    sought = re.compile(re.escape(query), re.IGNORECASE)
    for message in Message.objects.filter(pk__in=list(message_ids)).select_related("lane").iterator(chunk_size=1):
        text = message.text
        match = sought.search(text)
        start, end = match.span() if match else (0, 0)
        before = ("…" if start > BEFORE else "") + text[max(0, start - BEFORE) : start]
        after = text[end : end + AFTER] + ("…" if len(text) > end + AFTER else "")
        message.text = ""
        yield message.pk, Place(message, before, text[start:end], after)
