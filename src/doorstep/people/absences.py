"""Who is away on a day, and who stands in for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from doorstep.people.models import Absence, Person
from doorstep.people.prepared import Prepared
from doorstep.people.reference import PersonRef, ref

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody is away through ``until``; ``stand_in`` is None without one, or while that one is away or has left."""

    person: PersonRef
    until: date
    stand_in: PersonRef | None = None
    processes: frozenset[str] = frozenset()  # those the stand-in is for; none: all

    def covers(self, process: str) -> bool:
        """Say whether the stand-in is for a process (its key)."""
        return not self.processes or process in self.processes


def absences_on(at: datetime, *, of: Collection[UUID] = (), stand_in: UUID | None = None) -> tuple[Away, ...]:
    """Return who of these people is away at a time, or for whom somebody stands in.  One query, or two.

    Days are those of each person's own zone.
    """
    day = at.date()
    if stand_in and not of and not _STANDS_IN(person=stand_in, first=day + DAY, last=day - DAY):
        return ()
    wanted = Q(person__in=of) | Q(stand_in=stand_in) if stand_in else Q(person__in=of)
    around = Absence.objects.filter(first__lte=day + DAY, last__gte=day - DAY)
    asked = around.filter(wanted)
    rows = around.filter(wanted | Q(person__in=asked.values("stand_in"))).select_related("person", "stand_in")
    there = [row for row in rows.order_by("first", "id") if _on(row, at)]
    gone = {row.person_id for row in there} | {row.stand_in_id for row in there if _has_left(row.stand_in, day)}
    asked_for = [row for row in there if row.person_id in of or (stand_in and row.stand_in_id == stand_in)]
    return tuple(_away(row, gone) for row in asked_for)


def _stands_in(person: UUID, first: date, last: date) -> QuerySet[Absence, Any]:
    """Select whether somebody stands in: nearly nobody does, and nearly every screen asks."""
    return Absence.objects.filter(stand_in=person, first__lte=first, last__gte=last).values_list("id")[:1]


_STANDS_IN = Prepared(_stands_in)


def _on(row: Absence, at: datetime) -> bool:
    """Say whether an absence holds at a time."""
    return row.first <= at.astimezone(ZoneInfo(ref(row.person).zone)).date() <= row.last


def _has_left(person: Person | None, day: date) -> bool:
    """Say whether somebody has left by a day."""
    return person is not None and person.left_on is not None and person.left_on <= day


def _away(row: Absence, gone: Collection[UUID | None]) -> Away:
    """Return an absence; a stand-in who is gone is none."""
    other = row.stand_in
    on_duty = other is not None and other.id not in gone
    return Away(ref(row.person), row.last, ref(other) if other and on_duty else None, frozenset(row.processes))
