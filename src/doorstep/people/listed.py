"""People in a list, with the roles of those who are shown: the whole table is never gathered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from doorstep.people.models import Membership, Person, Role

FEW = 1_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as a row; ``roles`` and ``manager`` are names."""

    person: Person
    roles: str
    manager: str


def listed(words: str, *, window: slice) -> list[Listed]:
    """Return people by name, those in whose name or address words begin so, or whose role has them.  Five queries.

    Who is on the page is found before anybody is read.
    """
    page = _found(words, window) if words else _everybody()[window]
    ids = [one for one, _ in page]
    read = {row.id: row for row in Person.objects.filter(id__in=ids).select_related("manager")}
    held: dict[UUID, set[str]] = defaultdict(set)
    for person, role in Membership.objects.filter(person__in=ids).values_list("person", "role__name"):
        held[person].add(role)
    rows = [read[one] for one in ids]
    return [Listed(row, ", ".join(sorted(held[row.id])), str(row.manager or "")) for row in rows]


# Index: person_by_name, which has both.
def _everybody() -> QuerySet[Person, tuple[UUID, str]]:
    return Person.objects.order_by("name", "id").values_list("id", "name")


def called_like(words: str) -> QuerySet[Person]:
    """Return those with some words, to be put in the order of their names.  One query, to see whether they are few.

    The few are named by their ids, for where nobody is found the server would go through everybody by name.
    """
    found = Person.objects.with_words(words)
    few = list(found.order_by().values_list("id", flat=True)[: FEW + 1])
    return found if len(few) > FEW else Person.objects.filter(id__among=few)


# Index: person_words; each part gives no more than its share of the page, so that a word of every name sorts nothing.
def _found(words: str, window: slice) -> QuerySet[Any, tuple[UUID, str]]:
    roles = list(Role.objects.filter(name__icontains=words).values_list("id", flat=True)[:200])
    holders = _everybody().filter(id__in=Membership.objects.filter(role__in=roles).values("person"))
    named = called_like(words).order_by("name", "id").values_list("id", "name")
    if not roles:
        return named[window]
    return named[: window.stop].union(holders[: window.stop]).order_by("name", "id")[window]
