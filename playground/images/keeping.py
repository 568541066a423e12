"""Keeping what was read, in the draft of its comparison until it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import PurePath

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from playground.errors import Refusal
from playground.images.fitting import Picture
from playground.images.reading import named
from playground.images.rows import Attachment, Image, ImagePiece
from playground.models import Comparison, Lane, Message
from playground.protocol import MOST_IMAGES

PIECE = 1024 * 1024
#: Bytes. With all of them a comparison still fits into a file that can be imported, and a lane into one request.
MOST_IN_COMPARISON = 32_000_000
GONE = "An image of this message is not there any more: it was removed, or sent, in another tab."


@transaction.atomic
def keep(comparison: Comparison, picture: Picture) -> Image:
    """Once, whatever shows it. Raises Refusal if the comparison has no room for it."""
    # Whoever sweeps waits here too.
    Comparison.objects.select_for_update().get(pk=comparison.pk)
    digest = sha256(picture.content).hexdigest()
    known = Image.objects.filter(comparison=comparison, digest=digest).first()
    if known:
        Image.objects.filter(pk=known.pk).update(kept_at=timezone.now())
        return known
    size = len(picture.content)
    _make_room(comparison, size)
    facts = {"kind": picture.kind, "width": picture.width, "height": picture.height}
    image = Image.objects.create(comparison=comparison, digest=digest, size=size, **facts)
    write(image, picture.content)
    return image


def _make_room(comparison: Comparison, size: int) -> None:
    """What nothing shows any more goes before anybody is refused."""
    if _kept(comparison) + size <= MOST_IN_COMPARISON:
        return
    comparison.images.filter(attachments=None).delete()
    if _kept(comparison) + size > MOST_IN_COMPARISON:
        most = f"A comparison keeps at most {MOST_IN_COMPARISON // 1_000_000} MB of images"
        raise Refusal("too_many_images", f"{most}. Delete some of its messages, or begin a new comparison.")


def _kept(comparison: Comparison) -> int:
    """Bytes."""
    return comparison.images.aggregate(sum=Sum("size"))["sum"] or 0


def write(image: Image, content: bytes) -> None:
    ImagePiece.objects.bulk_create(
        ImagePiece(image=image, index=index, content=content[start : start + PIECE])
        for index, start in enumerate(range(0, len(content), PIECE))
    )


@transaction.atomic
def add_to_draft(comparison: Comparison, picture: Picture, name: str, note: str = "") -> Attachment:
    """After those that are there. `note` is what was done to it before it came. Raises Refusal."""
    image = keep(comparison, picture)
    if Attachment.objects.in_draft_of(comparison).count() >= MOST_IMAGES:
        raise Refusal("too_many_images", f"A message takes at most {MOST_IMAGES} images. Remove one first.")
    name = _told_apart(image, named(name, picture.kind))
    return Attachment.objects.create(image=image, name=name, note=note or picture.note)


def attach(message: Message, image: Image, name: str, note: str = "") -> Attachment:
    return Attachment.objects.create(message=message, image=image, name=_told_apart(image, name), note=note)


def _told_apart(image: Image, name: str) -> str:
    """In code that reads them, images are files side by side: no two of a comparison share a name."""
    others = Attachment.objects.filter(image__comparison=image.comparison_id).exclude(image=image)
    taken, path, number = set(others.values_list("name", flat=True)), PurePath(name), 1
    while name in taken:
        number += 1
        name = f"{path.stem}-{number}{path.suffix}"
    return name


def taken(comparison: Comparison, ids: Sequence[uuid.UUID], role: str) -> list[Attachment]:
    """These of the draft, which they leave with the transaction. Raises Refusal if one is not there."""
    if ids and role != Message.Role.USER:
        raise Refusal("images_of_nobody", "Only a message of the user can have images. Choose the role “User”.")
    found = list(Attachment.objects.in_draft_of(comparison).select_for_update(of=("self",)).filter(pk__in=ids))
    if len(found) < len(set(ids)):
        raise Refusal("image_not_found", GONE)
    Attachment.objects.filter(pk__in=ids).delete()
    return found


def show(attachments: Iterable[Attachment], message: Message) -> None:
    Attachment.objects.bulk_create(attachment.shown_in(message) for attachment in attachments)


def has_images(lane: Lane) -> bool:
    return Attachment.objects.filter(message__lane=lane).exists()
