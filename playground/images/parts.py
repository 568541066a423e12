"""Messages with images as a model is given them; content stands in them only while they are sent."""

from __future__ import annotations

import base64
import threading
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from cachetools import LRUCache
from django.db.models import Prefetch

from inference_catalog.models import Model
from playground.errors import Refusal
from playground.images.keeping import MOST_IN_COMPARISON
from playground.images.placeholders import Body, Placeholder, urls_in, with_urls
from playground.images.rows import Attachment, Image
from playground.parameters import takes

VISION = "vision"
ATTACHED = Prefetch("attachments", Attachment.objects.select_related("image"))
#: All lanes of a turn, and the turns after it, send the same text: it is made, and held, once.
_known: LRUCache[uuid.UUID, str] = LRUCache(64_000_000, getsizeof=len)
_guard = threading.Lock()


def sees(model: Model) -> bool:
    return takes(model, VISION)


def content_of(text: str, attachments: Iterable[Attachment], model: Model) -> str | list[dict[str, Any]]:
    """Text alone for a model that cannot see; empty if that leaves nothing."""
    images = [attachment.placeholder.part for attachment in attachments] if sees(model) else []
    texts = [{"type": "text", "text": text}] if text.strip() else []
    return [*texts, *images] if images else text


def filled(body: Body, comparison_id: uuid.UUID) -> tuple[Body, dict[str, str]]:
    """The request as it is sent, and what stands for each of its images. Raises Refusal."""
    known = {url: found for url in urls_in(body) if (found := Placeholder.read(url))}
    if not known:
        return body, {}
    _check(known[url].size for url in urls_in(body) if url in known)
    digests = {each.digest for each in known.values()}
    rows = {image.digest: image for image in Image.objects.filter(comparison=comparison_id, digest__in=digests)}
    contents = {url: _data_url(rows[each.digest]) for url, each in known.items()}
    return with_urls(body, lambda url: contents.get(url, url)), {data: url for url, data in contents.items()}


def put_away(request: Mapping[str, Any] | None, images: Mapping[str, str]) -> Any:
    """A request as it was sent, with what stands for its images: so it is kept and shown."""
    if request is None or not images or "body" not in request:
        return request
    return {**request, "body": with_urls(request["body"], lambda url: images.get(url, url))}


def _check(sizes: Iterable[int]) -> None:
    if sum(sizes) > MOST_IN_COMPARISON:
        most = f"{MOST_IN_COMPARISON // 1_000_000} MB of images"
        raise Refusal("too_many_images", f"A lane sends at most {most} at once. Delete some of its messages first.")


def _data_url(image: Image) -> str:
    with _guard:
        if known := _known.get(image.pk):
            return str(known)
    made = f"data:{image.media_type};base64,{base64.b64encode(image.content()).decode()}"
    with _guard:
        _known[image.pk] = made
    return made
