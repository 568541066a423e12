"""Looking for models: what the address of the Inference tab says, and the cards that it leaves, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote

from django.http import QueryDict
from django.urls import reverse

from inference_catalog.cards import Card

MODALITIES = {"": "All", "text": "Text", "vision": "Vision"}
#: A comparison has room for no more.
MOST_SELECTED = 8

Key = Callable[[Card], Any]


@dataclass(frozen=True, slots=True)
class Sort:
    title: str
    #: Smallest first.
    key: Key


def _cost(card: Card) -> tuple[bool, int]:
    """Of as much input as output; what has no price comes last."""
    return (card.price is None, card.price.input + card.price.output if card.price else 0)


SORTS = {
    "": Sort("Newest", lambda card: -(card.model.released or date.min).toordinal()),
    "price": Sort("Lowest price", _cost),
    "context": Sort("Largest context window", lambda card: -(card.model.context_window or 0)),
    "speed": Sort("Fastest here", lambda card: -(card.speed.tokens_per_second or 0)),
}


@dataclass(frozen=True, slots=True)
class Browse:
    """What is looked for. Words that mean nothing are taken as not said."""

    search: str = ""
    modality: str = ""
    sort: str = ""
    #: IDs in the order in which they were chosen.
    selected: tuple[str, ...] = ()

    @classmethod
    def of(cls, query: QueryDict) -> Browse:
        named = dict.fromkeys(name.strip() for name in query.get("selected", "").split(",") if name.strip())
        modality, sort = query.get("modality", ""), query.get("sort", "")
        return cls(
            search=query.get("q", "").strip()[:200],
            modality=modality if modality in MODALITIES else "",
            sort=sort if sort in SORTS else "",
            selected=tuple(named)[:MOST_SELECTED],
        )

    def found(self, cards: list[Card]) -> list[Card]:
        words = self.search.lower().split()
        fitting = (card for card in cards if all(word in card.words for word in words))
        seen = [card for card in fitting if not self.modality or MODALITIES[self.modality] in card.model.modalities]
        return sorted(seen, key=SORTS[self.sort].key)

    def toggled(self, model_id: str) -> Browse:
        others = tuple(name for name in self.selected if name != model_id)
        return replace(self, selected=others if len(others) < len(self.selected) else (*others, model_id))

    def cleared(self) -> Browse:
        return replace(self, selected=())

    @property
    def url(self) -> str:
        """The address that says this and nothing else."""
        said = {"q": self.search, "modality": self.modality, "sort": self.sort, "selected": listed(self.selected)}
        query = "&".join(
            f"{name}={value if name == 'selected' else quote(value)}" for name, value in said.items() if value
        )
        return reverse("inference") + (f"?{query}" if query else "")

    @property
    def compare_url(self) -> str:
        return f"{reverse('playground')}?models={listed(self.selected)}"


def listed(ids: tuple[str, ...]) -> str:
    """IDs as addresses spell them: readable, between commas."""
    return ",".join(quote(model_id, safe="/:") for model_id in ids)
