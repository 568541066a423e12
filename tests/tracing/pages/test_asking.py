"""What is asked of the table stands in its address, and is understood as it was meant."""

from __future__ import annotations

from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracing.traces.asking import RANGES, STATUSES, Ask
from tracing.traces.conditions import OPERATORS

texts = st.lists(st.sampled_from(list("a7 é.,&=%+-<\\\"'")), max_size=6).map("".join)
moments = st.sampled_from(["2026-11-23T09:00", "2026-11-23T09:00:30", "2026-11-23T09:00:30+02:00"])
conditions = st.tuples(texts, st.sampled_from(sorted(OPERATORS)), texts)
WORDS = {
    "text": texts,
    "op": texts,
    "status": st.sampled_from(sorted(STATUSES)) | texts,
    "user": st.sampled_from(["7", "x"]),
    "thread": texts,
    "range": st.sampled_from(sorted(RANGES)) | texts,
    "since": moments | texts,
    "until": moments | texts,
    "calls": st.sampled_from(["all", ""]),
    "sort": st.sampled_from(["cost", "called"]) | texts,
    "order": st.sampled_from(["ascending", "x"]),
    "start": st.sampled_from(["50", "-1", "1e9", "999999999"]),
    "view": st.sampled_from(["7", "x"]),
}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    words=st.fixed_dictionaries({}, optional=WORDS),
    asked=st.lists(conditions, max_size=3),
    shown=st.lists(texts, max_size=3),
)
def test_it_survives_its_address(words: dict[str, str], asked: list[tuple[str, str, str]], shown: list[str]) -> None:
    said = QueryDict(mutable=True)
    said.update(words)
    for condition in asked:
        for name, value in zip(("field", "is", "value"), condition, strict=True):
            said.appendlist(name, value)
    said.setlist("column", shown)
    ask = Ask.read(said)
    again = Ask.read(QueryDict(ask.query(start=ask.start)))
    # A range of now says more than two ends of a time.
    assert again == (ask if not ask.range else Ask.read(QueryDict(again.query(start=again.start))))
    assert (again.text, again.conditions, again.columns) == (ask.text, ask.conditions, ask.columns)
