"""Lists in pages: one row more than is shown says whether there is a next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a list stands: ``start`` is its first row; ``before`` and ``after`` are the queries of its neighbours."""

    number: int
    start: int
    size: int
    query: str
    more: bool = False

    @property
    def before(self) -> str:
        return f"{self.query}page={self.number - 1}"

    @property
    def after(self) -> str:
        return f"{self.query}page={self.number + 1}"

    @property
    def window(self) -> slice:
        """Return what to read: the page, and one row to see whether there are more."""
        return slice(self.start, self.start + self.size + 1)

    def cut(self, rows: Sequence[T]) -> tuple[list[T], Pages]:
        """Return the rows of the page, and the page knowing whether there are more."""
        return list(rows[: self.size]), Pages(self.number, self.start, self.size, self.query, len(rows) > self.size)


def pages_of(request: HttpRequest, *, size: int) -> Pages:
    """Return the page an address asks for; what is no number is the first."""
    asked = request.GET.get("page", "1")
    number = max(1, min(int(asked), 100_000)) if asked.isdecimal() and len(asked) < 7 else 1
    rest = request.GET.copy()
    rest.pop("page", None)
    query = rest.urlencode()
    return Pages(number, (number - 1) * size, size, f"{query}&" if query else "")
