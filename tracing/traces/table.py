"""A page of the table of traces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import QuerySet

from tracing import json_text
from tracing.models import Call, Feedback
from tracing.traces import columns
from tracing.traces.asking import MOST_OFFSET, PAGE, SORTS, Ask
from tracing.traces.finding import MOST_COUNTED, Found
from tracing.traces.spending import Spent, spent_by
from tracing.visits import Space

REACTION, NOTE = "wandb.reaction.1", "wandb.note.1"
#: Columns that lists of calls need; what they were given and gave is read apart.
LISTED = (
    "call_id", "project_id", "trace_id", "parent_id", "op", "op_name", "display_name", "new_name", "status",
    "started_at", "ended_at", "latency_ms", "tokens", "cost", "thread_id", "user_id", "user__username",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    call: Call
    cells: list[str]
    spent: Spent
    #: Of each sign, how often it was given.
    reactions: list[tuple[str, int]]
    notes: int


@dataclass(frozen=True, slots=True)
class Head:
    """Of a column of its own."""

    field: str
    query: str
    way: str


@dataclass(frozen=True, slots=True)
class Page:
    ask: Ask
    lines: list[Line]
    heads: list[Head]
    fields: list[str]
    #: None where counting would have to look into calls.
    count: int | None
    remarks: list[str]
    has_more: bool

    @property
    def first(self) -> int:
        return self.ask.start + 1

    @property
    def last(self) -> int:
        return self.ask.start + len(self.lines)

    @property
    def is_more_than_counted(self) -> bool:
        return self.count is not None and self.count > MOST_COUNTED

    @property
    def most_counted(self) -> int:
        return MOST_COUNTED

    @property
    def here(self) -> str:
        return self.ask.query(start=self.ask.start)

    @property
    def earlier(self) -> str | None:
        return self.ask.query(start=max(0, self.ask.start - PAGE)) if self.ask.start else None

    @property
    def later(self) -> str | None:
        is_within = self.ask.start + PAGE <= MOST_OFFSET
        return self.ask.query(start=self.ask.start + PAGE) if self.has_more and is_within else None

    @property
    def sorts(self) -> dict[str, tuple[str, str]]:
        """Of the columns that are always there: the address of the order by it, and which way it is sorted by now."""
        return {sort: (self.ask.sorted_by(sort), self.ask.way_of(sort)) for sort in SORTS}

    @property
    def offered(self) -> list[tuple[str, bool]]:
        """Fields that can be columns, and whether they are; columns that no call of this page has among them."""
        shown = [head.field for head in self.heads]
        return [(field, field in shown) for field in dict.fromkeys([*shown, *self.fields])]

    @property
    def usual_columns(self) -> str:
        return self.ask.query(columns=None)

    @property
    def state(self) -> str:
        """Other when anything on the page is: a tab that has this one needs nothing."""
        said = [
            f"{line.call.pk} {line.call.status} {line.call.title} {line.reactions} {line.notes}" for line in self.lines
        ]
        return sha256("\n".join(said).encode()).hexdigest()[:16]

    @property
    def is_live(self) -> bool:
        """New calls stand at the top of the first page only."""
        return self.ask.start == 0 or any(line.call.is_running for line in self.lines)


def page(space: Space, ask: Ask) -> Page:
    found = Found(space, ask)
    keys = list(found.calls.values_list("pk", flat=True)[ask.start : ask.start + PAGE + 1])
    calls = listed(keys[:PAGE])
    documents = columns.documents_of(keys[:PAGE])
    names = list(ask.columns) if ask.columns is not None else columns.usual(documents.values())
    cells = columns.cells_of(keys[:PAGE], documents, names)
    given = _feedback(space, calls)
    lines = [
        Line(call, cells[call.pk], spent_by(space, call, documents[call.pk].get("summary")), *given[call.call_id])
        for call in calls
    ]
    return Page(
        ask=ask,
        lines=lines,
        heads=[Head(name, ask.sorted_by(name), ask.way_of(name)) for name in names],
        fields=columns.offered(documents.values()),
        count=_count(found, ask, len(keys)),
        remarks=found.remarks,
        has_more=len(keys) > PAGE,
    )


def _count(found: Found, ask: Ask, here: int) -> int | None:
    if here <= PAGE and (here or not ask.start):
        return ask.start + here
    return None if ask.looks_inside else found.count


def listed(keys: Sequence[int]) -> list[Call]:
    """In the order of the keys, without what is long."""
    by_key = Call.objects.filter(pk__in=keys).select_related("user").only(*LISTED).in_bulk()
    return [by_key[key] for key in keys if key in by_key]


def _feedback(space: Space, calls: Iterable[Call]) -> dict[str, tuple[list[tuple[str, int]], int]]:
    """By the calls' IDs: reactions, and how many notes."""
    refs = {f"weave:///{space.path}/call/{call.call_id}": call.call_id for call in calls}
    signs: dict[str, Counter[str]] = {call_id: Counter() for call_id in refs.values()}
    notes: Counter[str] = Counter()
    given: QuerySet[Feedback] = Feedback.objects.filter(project=space.project_id, weave_ref__in=refs)
    for one in (
        given.filter(feedback_type__in=(REACTION, NOTE))
        .order_by("created_at")
        .only("weave_ref", "feedback_type", "payload")
    ):
        call_id = refs[one.weave_ref]
        if one.feedback_type == NOTE:
            notes[call_id] += 1
        else:
            signs[call_id][sign_of(one)] += 1
    return {call_id: (list(signs[call_id].items()), notes[call_id]) for call_id in signs}


def sign_of(one: Feedback) -> str:
    payload = json_text.load(one.payload)
    sign = payload.get("emoji") if isinstance(payload, dict) else None
    return str(sign)[:16] if sign else "?"
