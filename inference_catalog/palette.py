"""The models in the palette of Cmd/Ctrl+K; they can be ticked there and compared."""

from django.urls import reverse

from accounts.access import SignedInRequest
from accounts.palette import Entry, Group
from inference_catalog.models import Model


def models(_request: SignedInRequest, words: list[str]) -> Group:
    entries = [
        Entry(
            title=model.name,
            hint=model.model_id,
            url=reverse("model", args=[model.model_id]),
            model_id=model.model_id,
        )
        for model in Model.objects.listed()
    ]
    return Group.of("Models", entries, words)
