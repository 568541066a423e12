"""Images that nothing shows any more go after a day: until then whoever took one away may bring it back."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from playground.images.rows import Attachment, Image
from playground.models import Comparison

KEPT_FOR = timedelta(days=1)


def sweep() -> int:
    """How many went."""
    shown = Attachment.objects.filter(image=OuterRef("pk"))
    old = Image.objects.filter(~Exists(shown), kept_at__lt=timezone.now() - KEPT_FOR)
    return sum(_sweep(image) for image in old.iterator())


@transaction.atomic
def _sweep(image: Image) -> bool:
    """Unless somebody brings it back in this moment, who holds the comparison."""
    Comparison.objects.select_for_update().filter(pk=image.comparison_id).first()
    found = Image.objects.filter(pk=image.pk, kept_at=image.kept_at, attachments=None)
    return bool(found.delete()[0])
