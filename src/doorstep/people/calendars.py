"""When people work: their calendar, holidays and absences as `chase` reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from django.conf import settings

from doorstep.chase.working import Calendar
from doorstep.people.clock import business_now
from doorstep.people.errors import NotUsable
from doorstep.people.models import Absence, Person, WorkingCalendar

YEARS_AHEAD = 5
"""Holidays are known this far: working time is looked for no further (`chase.working.HORIZON`)."""

_LOOK_BACK = timedelta(days=400)


def calendar_of(person: UUID, *, at: datetime | None = None) -> Calendar:
    """Return a person's calendar; the organisation's for somebody not on record.  Two queries."""
    return calendars_of([person], at=at)[person]


def calendars_of(people: Collection[UUID], *, at: datetime | None = None) -> dict[UUID, Calendar]:
    """Return the calendar of each of some people.  Two queries, however many.

    ``at`` is the business time around which holidays and absences are wanted: now, unless given.
    """
    found = {person.id: person for person in Person.objects.filter(id__in=people).select_related("calendar")}
    return calendars_of_known(people, found, at=at)


def calendars_of_known(
    people: Collection[UUID], known: Mapping[UUID, Person], *, at: datetime | None = None
) -> dict[UUID, Calendar]:
    """Return the calendar of each of some people whose rows are at hand, with their calendars.  One query."""
    day = (at or business_now()).date()
    away: dict[UUID, list[tuple[date, date]]] = {person: [] for person in people}
    for absence in Absence.objects.filter(person__in=away, last__gte=day - _LOOK_BACK).order_by("first"):
        away[absence.person_id].append((absence.first, absence.last))
    return {person: _calendar(known.get(person), absences, day) for person, absences in away.items()}


def organisation_calendar(*, at: datetime | None = None) -> Calendar:
    """Return the organisation's: Monday to Friday, nine to five, with its country's holidays."""
    return _calendar(None, (), (at or business_now()).date())


def calendar_named(name: str, *, at: datetime | None = None) -> Calendar | None:
    """Return the calendar of a name, as a page's Calendar says it, in the organisation's zone; None if there is none."""
    row = WorkingCalendar.objects.filter(name__iexact=name.strip()).first()
    return _by(row, zone=zone_of(row), absences=(), day=(at or business_now()).date()) if row else None


def zone_named(name: str | None) -> ZoneInfo:
    """Return the zone of the calendar a page names; the organisation's without one, or for one without a zone."""
    row = WorkingCalendar.objects.filter(name__iexact=name.strip()).first() if name else None
    return zone_of(row)


def zone_of(row: WorkingCalendar | None) -> ZoneInfo:
    """Return the zone of a calendar, the organisation's where it has none."""
    return ZoneInfo(row.zone) if row and row.zone else _own_zone()


def _calendar(person: Person | None, absences: Iterable[tuple[date, date]], day: date) -> Calendar:
    """Return the calendar of one person, or the organisation's."""
    zone = ZoneInfo(person.zone) if person and person.zone else _own_zone()
    if person and person.calendar:
        return _by(person.calendar, zone=zone, absences=absences, day=day)
    place = settings.DOORSTEP.text("country"), settings.DOORSTEP.text("subdivision")
    return Calendar(zone=zone, holidays=public_holidays(*place, day.year), absences=tuple(absences))


def _own_zone() -> ZoneInfo:
    """Return the organisation's zone.  Raises NotUsable."""
    name = settings.DOORSTEP.text("zone") or "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as reason:
        raise NotUsable(
            f'Expected a time zone such as "Europe/Berlin" in the setting zone, but got "{name}".'
        ) from reason


def _by(row: WorkingCalendar, *, zone: ZoneInfo, absences: Iterable[tuple[date, date]], day: date) -> Calendar:
    """Return a calendar as its row says it."""
    plain = {"week": row.week} if row.week else {}
    own = Calendar.from_plain({**plain, "holidays": row.holidays}, zone=zone)
    public = public_holidays(row.country, row.subdivision, day.year)
    return Calendar(zone=zone, week=own.week, holidays=own.holidays | public, absences=tuple(absences))


@cache
def public_holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    """Return the public holidays from the year before to five years ahead; none without a country.

    Raises NotUsable for a country or subdivision that is not known.
    """
    if not country:
        return frozenset()
    years = range(year - 1, year + YEARS_AHEAD + 1)
    try:
        return frozenset(holidays.country_holidays(country.upper(), subdiv=subdivision.upper() or None, years=years))
    except NotImplementedError as reason:
        place = f"{country}, {subdivision}" if subdivision else country
        raise NotUsable(
            f'Expected the ISO code of a country and of its part, such as "DE" and "BY", but got "{place}".'
        ) from reason
