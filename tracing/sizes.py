"""How many bytes values have, as the database measures them where they are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import F, IntegerField, Value
from django.db.models.expressions import Func
from django.db.models.functions import Coalesce

from tracing.models import Call, Feedback, Object, Row
from tracing.recording import pieces
from tracing.visits import Space

#: Columns of a call that may be long.
DOCUMENTS = ("inputs", "output", "attributes", "summary")


class Bytes(Func):
    """Of a text, in UTF-8."""

    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Which does not read a long text to know."""
        return self.as_sql(compiler, connection, function="octet_length", **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Older ones have no function of that name, and the length of a text is counted in letters."""
        return self.as_sql(compiler, connection, template="length(CAST(%(expressions)s AS BLOB))", **context)


def of_call() -> Any:
    """What is in it, for a query."""
    return sum((Coalesce(Bytes(F(name)), Value(0)) for name in DOCUMENTS), Value(0))


def of_calls(keys: Sequence[int]) -> Iterator[int]:
    known = dict(Call.objects.filter(pk__in=keys).annotate(bytes=of_call()).values_list("pk", "bytes"))
    return (known.get(key, 0) for key in keys)


def of_feedback(keys: Sequence[int]) -> Iterator[int]:
    size = Bytes(F("payload")) + Bytes(F("scores"))
    known = dict(Feedback.objects.filter(pk__in=keys).annotate(bytes=size).values_list("pk", "bytes"))
    return (known.get(key, 0) for key in keys)


def of_objects(keys: Sequence[int]) -> Iterator[int]:
    known = dict(Object.objects.filter(pk__in=keys).values_list("pk", "size"))
    return (known.get(key, 0) for key in keys)


def of_rows(space: Space, digests: Sequence[str]) -> Iterator[int]:
    """As often as each stands there."""
    known: dict[str, int] = {}
    for piece in pieces(list(dict.fromkeys(digests))):
        rows = Row.objects.filter(project=space.project_id, digest__in=piece)
        known.update(rows.annotate(bytes=Bytes(F("val"))).values_list("digest", "bytes"))
    return (known.get(digest, 0) for digest in digests)


def none(keys: Sequence[Any]) -> Iterator[int]:
    """Of what is short, whatever stands in it."""
    return (0 for _ in keys)
