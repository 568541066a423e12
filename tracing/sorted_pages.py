"""What tables on pages share: a head that sorts, and pages to leaf through. All of it is in the address."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django.http import QueryDict


def page_number(given: QueryDict) -> int:
    page = given.get("page", "")
    return int(page) if page.isdecimal() and len(page) < 8 and int(page) else 1


class Sortable(ABC):
    """What is asked for in an order; `query` is the address of the same with changes."""

    __slots__ = ()

    sort: str
    is_ascending: bool

    @abstractmethod
    def query(self, **changed: Any) -> str: ...

    @abstractmethod
    def begins_ascending(self, sort: str) -> bool:
        """Which way an order goes that was not asked for before."""

    def sorted_by(self, sort: str) -> str:
        """The address of the same in another order: of what is sorted by, the other way round."""
        ascending = not self.is_ascending if sort == self.sort else self.begins_ascending(sort)
        return self.query(sort=sort, is_ascending=ascending)

    def way_of(self, sort: str) -> str:
        """As a column's head says it to readers of screens; empty for one that is not sorted by."""
        return "" if sort != self.sort else "ascending" if self.is_ascending else "descending"


class Paged(ABC):
    """A page of what is asked for."""

    __slots__ = ()

    #: The most that a page shows.
    SIZE: ClassVar[int]

    ask: Any

    @property
    @abstractmethod
    def shown(self) -> int: ...

    @property
    @abstractmethod
    def matching(self) -> int:
        """How many there are on all pages."""

    @property
    def first(self) -> int:
        return int((self.ask.page - 1) * self.SIZE + 1)

    @property
    def last(self) -> int:
        return self.first + self.shown - 1

    @property
    def here(self) -> str:
        return str(self.ask.query(page=self.ask.page))

    @property
    def earlier(self) -> str | None:
        """None if there is none: the address of a first page can be empty."""
        return str(self.ask.query(page=self.ask.page - 1)) if self.ask.page > 1 else None

    @property
    def later(self) -> str | None:
        return str(self.ask.query(page=self.ask.page + 1)) if self.last < self.matching else None
