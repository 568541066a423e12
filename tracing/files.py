"""Files: kept in pieces by the digest of all of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import IntegrityError, transaction

from tracing import digests
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


def content(file: File) -> Iterator[bytes]:
    for chunk in file.chunks.order_by("index").values_list("content", flat=True).iterator(chunk_size=1):
        yield bytes(chunk)
