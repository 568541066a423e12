"""Files: kept in pieces by the digest of all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import BinaryField
from django.db.models.functions import Substr

from tracing import digests, media
from tracing.errors import Missing
from tracing.models import File, FileChunk
from tracing.visits import Space

CHUNK = 1024 * 1024


def keep(space: Space, content: bytes, expected_digest: str | None) -> str:
    digest = digests.of_bytes(content)
    digests.check(digest, expected_digest)
    try:
        with transaction.atomic():
            file, is_new = File.objects.get_or_create(
                project_id=space.project_id, digest=digest, defaults={"size": len(content)}
            )
            if is_new:
                FileChunk.objects.bulk_create(
                    FileChunk(file=file, index=index, content=content[start : start + CHUNK])
                    for index, start in enumerate(range(0, len(content), CHUNK))
                )
    except IntegrityError:
        # Somebody else keeps the same content at this moment.
        find(space, digest)
    return digest


def find(space: Space, digest: str) -> File:
    """Raises Missing."""
    file = File.objects.filter(project=space.project_id, digest=digest).first()
    if file is None:
        raise Missing(f"There is no file '{digest[:100]}' in {space.path}.")
    return file


def heads(space: Space, digests: Iterable[str]) -> dict[str, bytes]:
    """What their types are told by."""
    first = FileChunk.objects.filter(file__project=space.project_id, file__digest__in=set(digests), index=0)
    cut: Any = first.annotate(head=Substr("content", 1, media.HEAD, output_field=BinaryField()))
    return {digest: bytes(head) for digest, head in cut.values_list("file__digest", "head")}


def content(file: File) -> Iterator[bytes]:
    for chunk in file.chunks.order_by("index").values_list("content", flat=True).iterator(chunk_size=1):
        yield bytes(chunk)


def piece(file: File, index: int) -> bytes:
    """Empty after the last."""
    found = file.chunks.filter(index=index).values_list("content", flat=True).first()
    return b"" if found is None else bytes(found)
