"""Images of a comparison for its copy, which must outlive it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from playground.images.keeping import write
from playground.images.rows import Attachment, Image
from playground.models import Comparison


def copy(copied: Comparison, new_message: Mapping[uuid.UUID, uuid.UUID]) -> None:
    """To `copied`, whose messages are known by those that they were made of. What is not sent stays where it is."""
    attachments = Attachment.objects.filter(message__in=list(new_message)).select_related("image").order_by("id")
    new_image: dict[uuid.UUID, Image] = {}
    made = []
    for attachment in attachments:
        image = new_image.get(attachment.image_id)
        if image is None:
            image = new_image[attachment.image_id] = _copied(attachment.image, copied)
        message_id = new_message[attachment.message_id] if attachment.message_id else None
        made.append(Attachment(image=image, message_id=message_id, name=attachment.name, note=attachment.note))
    Attachment.objects.bulk_create(made)


def _copied(image: Image, comparison: Comparison) -> Image:
    facts = {name: getattr(image, name) for name in ("digest", "kind", "size", "width", "height")}
    made = Image.objects.create(comparison=comparison, **facts)
    write(made, image.content())
    return made
