"""Calls of functions put together from the fragments in which a stream brings them.

What a fragment belongs to is told by its index; where a provider leaves that out, or gives all calls the same, by its
id; and where it leaves out that too, by what has come so far.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from common.texts import storable
from playground.tool_calls import LONGEST_NAME, Call

#: Of one answer: calls, and characters of all their arguments.
MOST_CALLS, MOST_ARGUMENTS = 128, 1_000_000
#: Characters of what may be a whole call.
LONGEST_LOOK = 10_000
#: Letters and digits of an id that we give: there are providers that take no other than so many.
OWN_ID = 9

#: (place among the calls, what it adds to the name, what it adds to the arguments).
Piece = tuple[int, str, str]


@dataclass(slots=True)
class _Part:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)
    #: Characters of its arguments.
    length: int = 0


class Assembly:
    def __init__(self) -> None:
        self._parts: list[_Part] = []
        self._places: dict[int, int] = {}
        self._left = MOST_ARGUMENTS
        #: More came than is kept.
        self.is_cut = False

    def read(self, event: dict[str, Any]) -> list[Piece]:
        """What this event adds, of the first choice."""
        fragments = [fragment for fragment in _fragments(event) if isinstance(fragment, dict)]
        places: Iterable[int | None] = range(len(fragments)) if len(fragments) > 1 else [None]
        pieces = (self._take(fragment, at) for fragment, at in zip(fragments, places, strict=False))
        return [piece for piece in pieces if piece is not None]

    def calls(self, answer_id: Any, *, is_cut: bool) -> list[Call]:
        """`answer_id` makes the ids that the provider did not give."""
        taken: set[str] = set()
        calls = []
        for place, part in enumerate(self._parts):
            identity = part.id if part.id and part.id not in taken else _own_id(answer_id, place)
            taken.add(identity)
            is_whole = bool(part.name) and not is_cut and not self.is_cut
            calls.append(Call(identity, part.name, "".join(part.arguments), is_cut=not is_whole))
        return calls

    def _take(self, fragment: dict[str, Any], at: int | None) -> Piece | None:
        function = fragment.get("function")
        function = function if isinstance(function, dict) else {}
        identity, name = _short(fragment.get("id")), _short(function.get("name"))
        index = fragment.get("index")
        place = self._place(index if _is_index(index) else at, identity, name)
        if place is None:
            return None
        part = self._parts[place]
        part.id = part.id or identity
        # Some say the whole name with every fragment.
        name = "" if part.arguments or name == part.name else name[: LONGEST_NAME - len(part.name)]
        part.name += name
        arguments = self._afforded(_arguments(function.get("arguments")))
        if arguments:
            part.arguments.append(arguments)
            part.length += len(arguments)
        return place, name, arguments

    def _place(self, index: int | None, identity: str, name: str) -> int | None:
        known = self._known(index, identity)
        if known is not None and not _begins(self._parts[known], identity, name):
            return known
        if len(self._parts) == MOST_CALLS:
            self.is_cut = True
            return None
        self._parts.append(_Part())
        if index is not None:
            self._places[index] = len(self._parts) - 1
        return len(self._parts) - 1

    def _known(self, index: int | None, identity: str) -> int | None:
        if index is not None:
            return self._places.get(index)
        same = (place for place, part in enumerate(self._parts) if identity and part.id == identity)
        return next(same, len(self._parts) - 1 if self._parts else None)

    def _afforded(self, text: str) -> str:
        kept = text[: self._left]
        self._left -= len(kept)
        self.is_cut = self.is_cut or len(kept) < len(text)
        return kept


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """One for each place."""
    parts: dict[int, tuple[list[str], list[str]]] = {}
    for place, name, arguments in pieces:
        names, texts = parts.setdefault(place, ([], []))
        names.append(name)
        texts.append(arguments)
    return [(place, "".join(names), "".join(texts)) for place, (names, texts) in sorted(parts.items())]


def _fragments(event: dict[str, Any]) -> list[Any]:
    choices = event.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    delta = choice.get("delta") if isinstance(choice, dict) and choice.get("index", 0) == 0 else None
    fragments = delta.get("tool_calls") if isinstance(delta, dict) else None
    return fragments if isinstance(fragments, list) else []


def _begins(part: _Part, identity: str, name: str) -> bool:
    """Whether this is another call than that one. Without a name it is not, whatever id a provider gives it."""
    if not name or not part.name:
        return False
    if identity and part.id:
        return identity != part.id
    # Asked at every fragment of who gives names and no ids, so only of what is read in no time.
    return part.length <= LONGEST_LOOK and _is_whole("".join(part.arguments))


def _is_whole(arguments: str) -> bool:
    try:
        json.loads(arguments)
    except (ValueError, RecursionError):
        return False
    return True


def _is_index(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _short(value: object) -> str:
    return storable(value[:LONGEST_NAME]) if isinstance(value, str) else ""


def _arguments(value: object) -> str:
    """Some give an object instead of its text."""
    if isinstance(value, dict):
        return storable(json.dumps(value, ensure_ascii=False))
    return storable(value) if isinstance(value, str) else ""


def _own_id(answer_id: Any, place: int) -> str:
    return sha256(f"{answer_id} {place}".encode()).hexdigest()[:OWN_ID]
