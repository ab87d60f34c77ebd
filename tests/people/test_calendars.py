from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from doorstep.chase.working import OFFICE_WEEK, Calendar
from doorstep.people.calendars import calendar_named, calendar_of, calendars_of, organisation_calendar, public_holidays
from doorstep.people.errors import NotUsable
from doorstep.people.models import Absence, Person, WorkingCalendar
from doorstep.project.config import load

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def german(settings: Settings) -> None:
    place = {"DOORSTEP_ZONE": "Europe/Berlin", "DOORSTEP_COUNTRY": "DE", "DOORSTEP_SUBDIVISION": "BY"}
    settings.DOORSTEP = load(place)


def test_public_holidays_are_those_of_the_place() -> None:
    bavaria, germany = public_holidays("DE", "BY", 2026), public_holidays("de", "", 2026)
    assert {date(2026, 1, 6), date(2026, 10, 3), date(2031, 12, 25)} <= bavaria
    assert date(2026, 1, 6) not in germany
    assert public_holidays("", "", 2026) == frozenset()


@pytest.mark.parametrize(("country", "part", "came"), [("XX", "", "XX"), ("DE", "ZZ", "DE, ZZ")])
def test_a_place_nobody_knows_is_refused(country: str, part: str, came: str) -> None:
    with pytest.raises(NotUsable) as refused:
        public_holidays(country, part, 2026)
    assert str(refused.value) == (
        f'Expected the ISO code of a country and of its part, such as "DE" and "BY", but got "{came}".'
    )


@pytest.mark.database
def test_without_anything_it_is_the_organisations() -> None:
    assert calendar_of(uuid4(), at=NOW) == organisation_calendar(at=NOW) == Calendar()


@pytest.mark.database
def test_the_organisation_has_a_zone_and_holidays(german: None) -> None:
    own = organisation_calendar(at=NOW)
    assert (own.zone, own.week, own.works_on(date(2026, 1, 6)), own.works_on(date(2026, 1, 7))) == (
        BERLIN,
        OFFICE_WEEK,
        False,
        True,
    )


@pytest.mark.database
def test_a_zone_nobody_knows_is_refused(settings: Settings) -> None:
    settings.DOORSTEP = load({"DOORSTEP_ZONE": "Europe/Berln"})
    with pytest.raises(NotUsable, match='in the setting zone, but got "Europe/Berln"'):
        organisation_calendar(at=NOW)


@pytest.mark.database
def test_a_person_has_a_zone_and_absences_of_their_own(german: None) -> None:
    mira = Person.objects.create(name="Mira", email="mira@x.example", zone="America/New_York")
    Absence.objects.create(person=mira, first=date(2026, 3, 9), last=date(2026, 3, 10))
    calendar = calendar_of(mira.id, at=NOW)
    assert (str(calendar.zone), calendar.absences) == ("America/New_York", ((date(2026, 3, 9), date(2026, 3, 10)),))
    friday = datetime(2026, 3, 6, 16, tzinfo=ZoneInfo("America/New_York"))
    assert calendar.add(friday, timedelta(hours=2)).isoformat() == "2026-03-11T10:00:00-04:00"


@pytest.mark.database
def test_a_calendar_has_a_week_and_days_off_of_its_own(german: None) -> None:
    part_time = WorkingCalendar.objects.create(
        name="Mornings", week={"monday": ["08:00-12:00"]}, country="AT", holidays=["2026-03-09"]
    )
    mira = Person.objects.create(name="Mira", email="mira@x.example", calendar=part_time)
    calendar = calendar_of(mira.id, at=NOW)
    assert (calendar.zone, calendar.week) == (BERLIN, (((time(8), time(12)),), (), (), (), (), (), ()))
    mondays = [date(2026, 3, 9), date(2026, 3, 16), date(2026, 10, 26)]  # a day off, none, Austria's national day
    assert [calendar.works_on(day) for day in mondays] == [False, True, False]
    assert calendar_named("mornings", at=NOW) == calendar
    assert calendar_named("Evenings", at=NOW) is None


@pytest.mark.database
@pytest.mark.parametrize("count", [1, 20])
def test_calendars_of_many_take_two_queries(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    people = [Person.objects.create(name="P", email=f"p{number}@x.example") for number in range(count)]
    for person in people:
        Absence.objects.create(person=person, first=date(2026, 3, 9), last=date(2026, 3, 10))
    with django_assert_num_queries(2):
        found = calendars_of([person.id for person in people], at=NOW)
    assert {len(calendar.absences) for calendar in found.values()} == {1}
