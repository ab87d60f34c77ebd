"""People in a list, with the roles of those who are shown: the whole table is never gathered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from doorstep.people.models import Membership, Person, Role


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as a row; ``roles`` and ``manager`` are names."""

    person: Person
    roles: str
    manager: str


def listed(words: str, *, window: slice) -> list[Listed]:
    """Return people by name, those whose name, address or role holds some words.  At most three queries."""
    rows = list(_found(words).select_related("manager").order_by("name", "id")[window])
    held: dict[UUID, set[str]] = defaultdict(set)
    for person, role in Membership.objects.filter(person__in=rows).values_list("person", "role__name"):
        held[person].add(role)
    return [Listed(row, ", ".join(sorted(held[row.id])), str(row.manager or "")) for row in rows]


def _found(words: str) -> QuerySet[Person]:
    if not words:
        return Person.objects.all()
    roles = list(Role.objects.filter(name__icontains=words).values_list("id", flat=True)[:200])
    hit = Q(name__icontains=words) | Q(email__icontains=words)
    if roles:
        hit |= Q(id__in=Membership.objects.filter(role__in=roles).values("person"))
    return Person.objects.filter(hit)
