"""Who is on point for a role: exactly one of its holders at a time, in turns.

A turn begins with a row of `OnPoint` and lasts as many days as the role says.  Whoever is away, has left or no
longer holds the role is passed over at once, without waiting for the next row; holders follow each other by name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from doorstep.people.absences import absences_on
from doorstep.people.errors import NotUsable
from doorstep.people.models import Membership, OnPoint, Person, Role


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is.  ``until`` is the last day, ``next`` who follows, None when there is nobody else."""

    role: UUID
    role_name: str
    person: Person
    since: date
    until: date
    next: Person | None = None


def on_point(roles: Collection[UUID], *, at: datetime) -> dict[UUID, Turn]:
    """Return whose turn it is for some roles; a role that nobody who is here holds is left out.  Four queries."""
    if not roles:
        return {}
    today = at.date()
    known = {role.id: role for role in Role.objects.filter(id__in=roles)}
    holders = _holders(known, at)
    latest = _latest(known, today)
    turns = (_turn(known[role], people, latest.get(role), today) for role, people in holders.items())
    return {turn.role: turn for turn in turns}


def on_point_of(role: UUID | None, *, at: datetime) -> Turn | None:
    """Return whose turn it is for one role, None when it has no holder who is here."""
    return on_point([role], at=at).get(role) if role else None


def _holders(roles: Collection[UUID], at: datetime) -> dict[UUID, list[Person]]:
    """Return who could be on point: holders who are here, without those away unless all are."""
    still = Q(person__left_on=None) | Q(person__left_on__gt=at.date())
    rows = Membership.objects.filter(still, role__in=roles, person__outside=False).select_related("person")
    by_role: dict[UUID, dict[UUID, Person]] = defaultdict(dict)
    for row in rows.order_by("person__name", "person_id"):
        by_role[row.role_id][row.person_id] = row.person
    everybody = {person for people in by_role.values() for person in people}
    away = {one.person.id for one in absences_on(at, of=everybody)} if everybody else set()
    return {role: _there(list(people.values()), away) for role, people in by_role.items()}


def _there(people: list[Person], away: Collection[UUID]) -> list[Person]:
    return [person for person in people if person.id not in away] or people


def _latest(roles: Collection[UUID], today: date) -> dict[UUID, OnPoint]:
    """Return the turn of each role that began last."""
    rows = OnPoint.objects.filter(role__in=roles, since__lte=today).select_related("person")
    return {row.role_id: row for row in rows.order_by("role", "-since").distinct("role")}


def _turn(role: Role, people: Sequence[Person], last: OnPoint | None, today: date) -> Turn:
    """Return whose turn it is: whoever began last, while it lasts and they are there; else the next by name."""
    days = timedelta(days=role.turn_days)
    if last and today < last.since + days and last.person in people:
        person, since = last.person, last.since
    else:
        person, since = _after(people, last.person if last else None), today
    following = _after(people, person)
    ends = since + days - timedelta(days=1)
    return Turn(role.id, role.name, person, since, ends, None if following == person else following)


def _after(people: Sequence[Person], before: Person | None) -> Person:
    """Return who follows somebody by name; the first after the last."""
    place = (before.name, before.id) if before else ("", UUID(int=0))
    return next((one for one in people if (one.name, one.id) > place), people[0])


@transaction.atomic
def begin_turns(roles: Collection[UUID], *, at: datetime) -> tuple[Turn, ...]:
    """Write down the turns of some roles that begin now, and return them.  Whoever comes second changes nothing."""
    today = at.date()
    new = [turn for turn in on_point(roles, at=at).values() if turn.since == today]
    rows = [OnPoint(role_id=turn.role, person=turn.person, since=today) for turn in new]
    OnPoint.objects.bulk_create(rows, ignore_conflicts=True)
    return tuple(new)


def turns_due(roles: Mapping[UUID, int], *, at: datetime) -> frozenset[UUID]:
    """Return those roles (with the days of a turn) whose last turn is over, or that had none.  One query."""
    today = at.date()
    rows = OnPoint.objects.filter(role__in=roles, since__lte=today).order_by("role", "-since").distinct("role")
    last = dict(rows.values_list("role_id", "since"))
    return frozenset(
        role for role, days in roles.items() if role not in last or last[role] + timedelta(days=days) <= today
    )


@transaction.atomic
def hand_point(*, role: UUID, to: UUID, at: datetime) -> None:
    """Let somebody be on point from today; their turn begins anew.

    Whoever calls has checked the right to it (`stewardship.own.point`).  Raises NotUsable.
    """
    row = Role.objects.select_for_update().get(id=role)
    held = Membership.objects.filter(role=role, person=to).select_related("person").first()
    if held is None or (held.person.left_on and held.person.left_on <= at.date()):
        raise NotUsable(
            f'Expected somebody who holds the role "{row.name}" and is here. Give them the role first, or choose another.'
        )
    OnPoint.objects.update_or_create(role_id=role, since=at.date(), defaults={"person_id": to})
