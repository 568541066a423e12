"""The tree that a call stands in: as much of it as can be read at once, with the way to that call; the rest when asked.

Children are read a level at a time, so that a tree costs two queries for each of its levels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from tracing.models import Call
from tracing.text_search import ContainsAnyCase
from tracing.traces.table import LISTED
from tracing.visits import Space

#: Of one call, in all, and how deep: what is shown before more is asked for.
CHILDREN, CALLS, DEPTH = 100, 300, 30
#: Calls above one that are looked for; a client may write rings of them.
MOST_ABOVE = 200
MOST_FOUND = 200
#: In seconds: times are known to the microsecond.
SHORTEST = 1e-6


@dataclass(frozen=True, slots=True)
class Window:
    """Of the whole trace: what the bars of its calls are parts of."""

    begin: float
    span: float

    @classmethod
    def of(cls, root: Call, now: datetime) -> Window:
        begin = root.started_at or now
        return cls(begin.timestamp(), max((_end(root, now) - begin).total_seconds(), SHORTEST))

    @classmethod
    def read(cls, begin: str, span: str) -> Window:
        try:
            window = cls(float(begin), max(float(span), SHORTEST))
        except ValueError:
            return cls(0, 1)
        return window if math.isfinite(window.begin) and math.isfinite(window.span) else cls(0, 1)

    @property
    def query(self) -> str:
        return urlencode({"begin": self.begin, "span": self.span})

    def bar(self, call: Call, now: datetime) -> tuple[str, str]:
        """Where it begins and how wide it is, in percent; seen even where it is short."""
        begin = call.started_at or now
        left = min(max((begin.timestamp() - self.begin) / self.span, 0), 0.99)
        width = (_end(call, now) - begin).total_seconds() / self.span
        return f"{left * 100:.2f}", f"{min(max(width, 0.006), 1 - left) * 100:.2f}"


@dataclass(slots=True)
class Branch:
    call: Call
    left: str
    width: str
    #: How many calls are right below it, and which of them are here.
    count: int = 0
    start: int = 0
    children: list[Branch] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.start + len(self.children)

    @property
    def earlier(self) -> int | None:
        return max(0, self.start - CHILDREN) if self.start and self.children else None

    @property
    def later(self) -> int | None:
        return self.end if self.children and self.end < self.count else None


@dataclass(frozen=True, slots=True)
class Tree:
    root: Branch
    window: Window
    #: Other when anything that is shown is.
    state: str

    @property
    def is_live(self) -> bool:
        return self.root.call.is_running


def tree(space: Space, call: Call) -> Tree:
    now = timezone.now()
    way = _way_to(space, call)
    window = Window.of(way[0], now)
    root = _branch(way[0], window, now)
    level, total, seen = [root], 1, {root.call.call_id}
    for depth in range(DEPTH + len(way)):
        _count(space, level)
        within = [branch for branch in level if branch.count]
        on_way = way[depth + 1] if depth + 1 < len(way) else None
        if not within or (total >= CALLS and on_way is None):
            break
        _grow(space, within, on_way, max(0, CALLS - total))
        level = []
        for branch in within:
            branch.children = [child for child in branch.children if child.call.call_id not in seen]
            seen |= {child.call.call_id for child in branch.children}
            level += branch.children
        for child in level:
            child.left, child.width = window.bar(child.call, now)
        total += len(level)
    return Tree(root, window, _state(root))


def below(space: Space, parent: Call, start: int, window: Window) -> Branch:
    """More of the calls right below one."""
    now = timezone.now()
    branch = _branch(parent, window, now)
    _count(space, [branch])
    branch.start = min(start, branch.count)
    calls = _children(space, [parent.call_id])[branch.start : branch.start + CHILDREN]
    branch.children = [_branch(call, window, now) for call in calls]
    _count(space, branch.children)
    return branch


def found(space: Space, call: Call, text: str, window: Window) -> list[Branch]:
    """Calls of the same trace whose name contains that."""
    now = timezone.now()
    calls = Call.objects.filter(project=space.project_id, trace_id=call.trace_id).visible()
    wanted = Q()
    for column in ("op", "display_name", "new_name"):
        wanted |= Q(ContainsAnyCase(Coalesce(column, Value("")), text))
    return [
        _branch(one, window, now) for one in calls.filter(wanted).only(*_OWN).order_by("started_at", "pk")[:MOST_FOUND]
    ]


_OWN = [name for name in LISTED if name != "user__username"]


def _way_to(space: Space, call: Call) -> list[Call]:
    """From the outermost call that is there."""
    way, seen = [call], {call.call_id}
    while (parent_id := way[0].parent_id) and parent_id not in seen and len(way) < MOST_ABOVE:
        above = Call.objects.filter(project=space.project_id, call_id=parent_id).visible().only(*_OWN).first()
        if above is None:
            break
        seen.add(parent_id)
        way.insert(0, above)
    return way


def _grow(space: Space, level: Sequence[Branch], on_way: Call | None, room: int) -> None:
    """Children of a level, a page of each; of the one on the way the page on which the way goes on."""
    by_id = {branch.call.call_id: branch for branch in level}
    on = by_id.pop(on_way.parent_id or "", None) if on_way else None
    if on and on_way:
        siblings = _children(space, [on.call.call_id])
        before = siblings.filter(
            Q(started_at__lt=on_way.started_at) | Q(started_at=on_way.started_at, pk__lt=on_way.pk)
        ).count()
        on.start = before - before % CHILDREN
        on.children = [Branch(call, "", "") for call in siblings[on.start : on.start + CHILDREN]]
        room -= len(on.children)
    for call in _children(space, list(by_id))[: max(0, room)] if by_id else ():
        siblings_here = by_id[call.parent_id or ""].children
        if len(siblings_here) < CHILDREN:
            siblings_here.append(Branch(call, "", ""))


def _children(space: Space, parents: Sequence[str]) -> QuerySet[Call]:
    calls = Call.objects.filter(project=space.project_id, parent_id__in=parents).visible()
    return calls.only(*_OWN).order_by("started_at", "pk")


def _count(space: Space, level: Sequence[Branch]) -> None:
    parents = [branch.call.call_id for branch in level]
    calls = Call.objects.filter(project=space.project_id, parent_id__in=parents).visible()
    counts: dict[Any, int] = dict(
        calls.values("parent_id").annotate(count=Count("pk")).values_list("parent_id", "count")
    )
    for branch in level:
        branch.count = counts.get(branch.call.call_id, 0)


def _branch(call: Call, window: Window, now: datetime) -> Branch:
    return Branch(call, *window.bar(call, now))


def _end(call: Call, now: datetime) -> datetime:
    return call.ended_at or (now if call.is_running else call.started_at or now)


def _state(root: Branch) -> str:
    said: list[str] = []
    waiting = [root]
    while waiting:
        branch = waiting.pop()
        said.append(f"{branch.call.pk} {branch.call.status} {branch.call.title} {branch.count}")
        waiting += branch.children
    return sha256("\n".join(said).encode()).hexdigest()[:16]
