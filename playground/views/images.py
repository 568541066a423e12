"""Images: those of a draft, brought as files or by address, and each of them as it is kept."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import ProjectRequest, member
from playground import protocol
from playground.broadcast import tell
from playground.doors import attachment_of, comparison_of, image_seen
from playground.errors import Refusal
from playground.images import fetching, keeping, reading, thumbnails
from playground.models import Comparison
from playground.responses import refusals_answered

#: Whoever opens an image in a window of its own is in no page of ours: nothing in it runs, and it reaches nothing.
ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
LONGEST_NOTE = 100


@member
@require_safe
def image(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = image_seen(request, pk)
    return _shown(found.media_type, found.content())


@member
@require_safe
@refusals_answered
def thumbnail(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    return _shown(*thumbnails.of(image_seen(request, pk)))


def _shown(media_type: str, content: bytes) -> HttpResponse:
    """Contents never change under their address."""
    headers = {
        "Content-Disposition": f'inline; filename="image.{media_type.removeprefix("image/")}"',
        "Content-Security-Policy": ALONE,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=86400, immutable",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)


@member
@refusals_answered
def draft_images(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """With POST, one more: the file `image`, and in `note` what was done to it before it came."""
    found = comparison_of(request, pk)
    if request.method == "POST":
        file = request.FILES.get("image")
        if file is None:
            raise Refusal("no_image", "No image came with the request.")
        if (file.size or 0) > reading.MOST_BYTES:
            raise Refusal("image_too_large", f"An image has at most {reading.MOST_BYTES // 1_000_000} MB.")
        note = " ".join(request.POST.get("note", "").replace("\0", "").split())[:LONGEST_NOTE]
        keeping.add_to_draft(found, reading.read(file.read()), file.name or "", note)
        _tell(found)
    return _listed(request, found)


@member
@require_POST
@refusals_answered
def draft_image_at(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """The image at the address `url`."""
    found = comparison_of(request, pk)
    name, content = fetching.fetched(request.POST.get("url", "").strip())
    keeping.add_to_draft(found, reading.read(content), name)
    _tell(found)
    return _listed(request, found)


@member
@require_POST
def draft_image_remove(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    attachment = attachment_of(request, pk)
    attachment.delete()
    _tell(attachment.image.comparison)
    return _listed(request, attachment.image.comparison)


def _tell(comparison: Comparison) -> None:
    tell(comparison.pk, protocol.DraftImages())


def _listed(request: ProjectRequest, comparison: Comparison) -> HttpResponse:
    return render(request, "playground/_draft_images.html", {"draft_images": comparison.draft_images})
