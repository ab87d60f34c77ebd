"""What somebody's team holds up, by step: never who, and never how fast anybody is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from doorstep.cases.models import Home
from doorstep.library.models import Process
from doorstep.library.seen import seen_by
from doorstep.people.keys import person_key, role_key
from doorstep.people.models import Membership, Person
from doorstep.people.prepared import Prepared

PATIENCE = timedelta(days=2)
"""An ask without a due counts as held up when it has been open for so long."""

SHOWN = 20


@dataclass(frozen=True, slots=True)
class HeldUp:
    """A step that waits for a team: in how many runs, and since when the oldest."""

    process_key: str
    process: str
    step: str
    runs: int
    since: datetime


def has_team(person: UUID, *, at: datetime) -> bool:
    """Say whether anybody reports to somebody.  Index: the manager of a person."""
    return Person.objects.here(at.date()).filter(manager=person).exists()


# Index: home_of_addressee.
def held_up_by_team(manager: UUID, *, at: datetime) -> list[HeldUp]:
    """Return the steps that wait too long for those who report to somebody, the oldest first.  Five queries."""
    team = [one for (one,) in _TEAM(manager=manager, day=at.date())]
    if not team:
        return []
    keys = [*map(person_key, team), *map(role_key, _roles_of(team))]
    late = Q(due_at__lt=at) | Q(due_at=None, asked_at__lt=at - PATIENCE)
    rows = Home.objects.filter(late, addressee__in=keys).values("process_id", "name")
    counted = list(
        rows.annotate(runs=Count("case_id", distinct=True), since=Min("asked_at")).order_by("since", "name")[:SHOWN]
    )
    if not counted:
        return []
    seen = Process.objects.filter(seen_by(manager), id__in={row["process_id"] for row in counted})
    known = {one.id: one for one in seen.only("key", "title")}
    return [
        HeldUp(known[row["process_id"]].key, known[row["process_id"]].title, row["name"], row["runs"], row["since"])
        for row in counted
        if row["process_id"] in known
    ]


def _team(manager: UUID, day: date) -> QuerySet[Person, Any]:
    return Person.objects.here(day).filter(manager=manager).values_list("id")


_TEAM = Prepared(_team)


def _roles_of(team: list[UUID]) -> list[UUID]:
    """Return the roles that nobody holds but these people: what is offered to such a role waits for them alone."""
    others = Membership.objects.filter(role=OuterRef("role")).exclude(person__in=team)
    held = Membership.objects.filter(person__in=team, scope={})
    return list(held.exclude(Exists(others)).values_list("role", flat=True).distinct())
