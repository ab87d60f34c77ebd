"""Working time: exact, monotone, never outside working hours, also where clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.chase.working import (
    OFFICE,
    OFFICE_WEEK,
    ROUND_THE_CLOCK,
    Calendar,
    CalendarNotUnderstood,
    NoWorkingTime,
)

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
APIA = ZoneInfo("Pacific/Apia")
HOUR = timedelta(hours=1)
OFFICE_NY = Calendar(zone=NEW_YORK)
NIGHT = ((time(22), time(6)),)


def ny(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK)


# -- One hour after the other ------------------------------------------------------------------------


def test_four_working_hours_from_friday_afternoon_end_on_monday() -> None:
    assert OFFICE_NY.add(ny(6, 16), 4 * HOUR) == ny(9, 12)


def test_working_time_that_fits_ends_with_the_day() -> None:
    assert OFFICE_NY.add(ny(6, 16), HOUR) == ny(6, 17)


def test_working_time_back_from_monday_morning_is_friday_evening() -> None:
    assert OFFICE_NY.add(ny(9, 10), -2 * HOUR) == ny(6, 16)


def test_nothing_added_is_the_next_working_instant() -> None:
    assert OFFICE_NY.next_working(ny(6, 17)) == ny(9, 9)
    assert OFFICE_NY.next_working(ny(6, 12)) == ny(6, 12)
    assert OFFICE_NY.last_working(ny(7, 12)) == ny(6, 17)


def test_the_end_of_the_day_is_no_working_time() -> None:
    assert OFFICE_NY.is_working(ny(6, 9))
    assert OFFICE_NY.is_working(ny(6, 16, 59))
    assert not OFFICE_NY.is_working(ny(6, 17))


def test_working_time_between_two_instants_counts_both_ways() -> None:
    assert OFFICE_NY.between(ny(6, 16), ny(9, 12)) == 4 * HOUR
    assert OFFICE_NY.between(ny(9, 12), ny(6, 16)) == -4 * HOUR


def test_the_result_is_told_in_the_calendars_zone() -> None:
    assert OFFICE_NY.add(datetime(2026, 3, 6, 21, tzinfo=UTC), HOUR).isoformat() == "2026-03-06T17:00:00-05:00"


# -- Days --------------------------------------------------------------------------------------------


def test_one_working_day_is_not_twenty_four_hours() -> None:
    assert OFFICE_NY.add_days(ny(6, 16), 1) == ny(9, 16)
    assert OFFICE_NY.add_days(ny(9, 16), -1) == ny(6, 16)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (ny(9, 7), ny(10, 9)),  # before opening
        (ny(9, 9), ny(10, 9)),
        (ny(9, 16, 59), ny(10, 16, 59)),
        (ny(6, 18), ny(9, 17)),  # after closing: the end of the next working day
        (ny(7, 10), ny(9, 17)),  # on Saturday
        (ny(8, 23), ny(9, 17)),
    ],
)
def test_one_working_day_stays_within_the_hours(asked: datetime, due: datetime) -> None:
    assert OFFICE_NY.add_days(asked, 1) == due


def test_counted_back_from_a_day_off_it_is_the_start_of_the_working_day() -> None:
    assert OFFICE_NY.add_days(ny(7, 10), -1) == ny(6, 9)
    assert OFFICE_NY.add_days(ny(7, 10), 0) == ny(9, 9)


def test_a_working_day_ends_before_lunch_if_it_would_end_in_it() -> None:
    split = Calendar(zone=NEW_YORK, week=(((time(8), time(12)), (time(13), time(18))),) * 5 + ((), ()))
    short = Calendar(zone=NEW_YORK, week=(OFFICE_WEEK[0], split.week[0], *OFFICE_WEEK[2:]))
    assert short.add_days(ny(9, 12, 30), 1) == ny(10, 12)


def test_holidays_and_absences_are_no_working_days() -> None:
    calendar = Calendar(
        zone=NEW_YORK, holidays=frozenset({date(2026, 3, 9)}), absences=((date(2026, 3, 10), date(2026, 3, 11)),)
    )
    assert calendar.add_days(ny(6, 16), 1) == ny(12, 16)
    assert calendar.add(ny(6, 16), 2 * HOUR) == ny(12, 10)


def test_a_special_day_has_hours_of_its_own_but_nobody_works_while_absent() -> None:
    christmas_eve = (date(2026, 12, 24), ((time(9), time(12)),))
    calendar = Calendar(holidays=frozenset({date(2026, 12, 24)}), special=(christmas_eve,))
    assert calendar.hours(date(2026, 12, 24)) == ((time(9), time(12)),)
    away = Calendar(special=(christmas_eve,), absences=((date(2026, 12, 20), date(2026, 12, 31)),))
    assert away.hours(date(2026, 12, 24)) == ()


def test_the_working_day_zero_is_the_day_itself_or_the_next() -> None:
    assert OFFICE.working_day(date(2026, 3, 6), 0) == date(2026, 3, 6)
    assert OFFICE.working_day(date(2026, 3, 7), 0) == date(2026, 3, 9)
    assert OFFICE.working_day(date(2026, 3, 7), -2) == date(2026, 3, 5)


# -- Where clocks change -----------------------------------------------------------------------------


def test_an_hour_is_an_hour_on_the_night_the_clocks_go_forward() -> None:
    round_the_clock = Calendar(zone=NEW_YORK, week=ROUND_THE_CLOCK)
    assert round_the_clock.between(ny(8, 0), ny(9, 0)) == 23 * HOUR
    assert round_the_clock.add(ny(8, 1), 2 * HOUR) == ny(8, 4)


def test_a_night_shift_is_longer_when_the_clocks_go_back() -> None:
    nights = Calendar(zone=NEW_YORK, week=(NIGHT,) * 7)
    saturday = datetime(2026, 10, 31, 22, tzinfo=NEW_YORK)
    assert nights.between(saturday, datetime(2026, 11, 1, 12, tzinfo=NEW_YORK)) == 9 * HOUR


def test_hours_that_never_occur_are_not_worked() -> None:
    calendar = Calendar(zone=NEW_YORK, week=(((time(2, 10), time(2, 50)),),) * 7)
    assert not calendar.works_on(date(2026, 3, 8))
    assert calendar.add_days(ny(7, 2, 30), 1) == ny(9, 2, 30)


def test_hours_that_begin_in_the_gap_begin_when_the_clocks_jump() -> None:
    calendar = Calendar(zone=NEW_YORK, week=(((time(2, 30), time(5)),),) * 7)
    assert list(calendar.spans(date(2026, 3, 8))) == [
        (datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 3, 8, 9, tzinfo=UTC))
    ]


def test_a_day_the_country_left_out_is_no_working_day() -> None:
    samoa = Calendar(zone=APIA, week=ROUND_THE_CLOCK)
    assert not samoa.works_on(date(2011, 12, 30))
    assert samoa.working_day(date(2011, 12, 29), 1) == date(2011, 12, 31)


# -- Stretched by needed by --------------------------------------------------------------------------


def test_needed_by_stretches_its_own_working_day() -> None:
    stretched = OFFICE_NY.open_until(ny(6, 18))
    assert stretched.add(ny(6, 16), 2 * HOUR) == ny(6, 18)
    assert stretched.add(ny(12, 16), 2 * HOUR) == ny(13, 10)


@pytest.mark.parametrize(
    ("calendar", "until"),
    [
        (OFFICE_NY, ny(6, 16)),  # within the hours
        (OFFICE_NY, ny(7, 16)),  # a day off
        (Calendar(zone=NEW_YORK, week=(NIGHT,) * 7), ny(6, 23)),  # hours over midnight have no end that day
    ],
)
def test_needed_by_stretches_nothing_else(calendar: Calendar, until: datetime) -> None:
    assert calendar.open_until(until) == calendar


# -- Never -------------------------------------------------------------------------------------------


def test_who_never_works_again_has_no_working_time() -> None:
    left = Calendar(absences=((date(2020, 1, 1), date(2099, 1, 1)),))
    with pytest.raises(NoWorkingTime, match="within 1500 days after 2026-03-06"):
        left.next_working(ny(6, 16))
    with pytest.raises(NoWorkingTime, match="within 1500 days before 2026-03-06"):
        left.last_working(ny(6, 16))
    with pytest.raises(NoWorkingTime, match="Expected 1 working days within 1500 days"):
        left.working_day(date(2026, 3, 6), 1)


# -- From plain values -------------------------------------------------------------------------------


def test_a_calendar_is_read_from_plain_values() -> None:
    plain = {
        "zone": "Europe/Berlin",
        "week": {"monday": ["09:00-12:00", "13:00-17:00"], "saturday": ["20:00-24:00"]},
        "holidays": ["2026-04-03"],
        "absences": [["2026-05-04", "2026-05-08"]],
        "special": {"2026-12-24": ["09:00-12:00"]},
    }
    assert Calendar.from_plain(plain) == Calendar(
        zone=BERLIN,
        week=(((time(9), time(12)), (time(13), time(17))), (), (), (), (), ((time(20), time(0)),), ()),
        holidays=frozenset({date(2026, 4, 3)}),
        absences=((date(2026, 5, 4), date(2026, 5, 8)),),
        special=((date(2026, 12, 24), ((time(9), time(12)),)),),
    )


def test_what_is_absent_from_a_calendar_is_as_usual() -> None:
    assert Calendar.from_plain({}, zone=BERLIN) == Calendar(zone=BERLIN)


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        ([], "Expected a calendar as an object, but got []."),
        ({"weak": {}}, 'Expected one of zone, week, holidays, absences, special in a calendar, but got "weak".'),
        ({"week": {"someday": []}}, 'sunday, but got "someday".'),
        ({"week": {"monday": ["nine to five"]}}, 'such as "09:00-17:00", but got "nine to five".'),
        ({"week": {"monday": ["09:00-25:00"]}}, "a value in it does not fit: hour must be in 0..23"),
        ({"zone": "Mars/Olympus"}, "a value in it does not fit: 'No time zone found"),
        ({"holidays": ["tomorrow"]}, "a value in it does not fit: Invalid isoformat string: 'tomorrow'"),
        ({"week": []}, "a value in it does not fit"),
    ],
)
def test_a_calendar_that_is_none_is_refused_with_what_was_expected(plain: object, message: str) -> None:
    with pytest.raises(CalendarNotUnderstood) as refusal:
        Calendar.from_plain(plain)
    assert message in str(refusal.value)


# -- Laws --------------------------------------------------------------------------------------------

ZONES = st.sampled_from([NEW_YORK, BERLIN, ZoneInfo("Asia/Kolkata"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")])
WEEKS = st.sampled_from(
    [
        OFFICE_WEEK,
        (NIGHT,) * 7,
        (((time(1), time(2, 30)), (time(2, 45), time(9))),) * 7,
        (((time(0), time(12)), (time(12), time(0))),) * 4 + ((), (), ()),
    ]
)
DAYS_OFF = st.frozensets(st.dates(date(2026, 2, 20), date(2026, 12, 31)), max_size=20)
CALENDARS = st.builds(Calendar, zone=ZONES, week=WEEKS, holidays=DAYS_OFF)
INSTANTS = st.integers(0, 260 * 86400).map(
    lambda seconds: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
AMOUNTS = st.integers(0, 120 * 3600).map(lambda seconds: timedelta(seconds=seconds))


@given(CALENDARS, INSTANTS, AMOUNTS)
def test_between_is_the_inverse_of_add(calendar: Calendar, at: datetime, amount: timedelta) -> None:
    assert calendar.between(at, calendar.add(at, amount)) == amount
    assert calendar.between(calendar.add(at, -amount), at) == amount


@given(CALENDARS, INSTANTS, AMOUNTS, AMOUNTS)
def test_add_is_monotone_and_adds_up(calendar: Calendar, at: datetime, one: timedelta, other: timedelta) -> None:
    assert calendar.add(at, one) <= calendar.add(at, one + other)
    assert calendar.add(at, one) <= calendar.add(at + other, one)
    assert calendar.between(at, calendar.add(calendar.add(at, one), other)) == one + other


@given(CALENDARS, INSTANTS, AMOUNTS)
def test_what_is_added_ends_in_working_time(calendar: Calendar, at: datetime, amount: timedelta) -> None:
    end = calendar.add(at, amount)
    assert end >= at
    assert calendar.is_working(end) or calendar.last_working(end) == end


@given(CALENDARS, INSTANTS, st.integers(-15, 15), st.integers(0, 5 * 86400))
def test_days_are_monotone_and_within_the_hours(calendar: Calendar, at: datetime, days: int, later: int) -> None:
    end = calendar.add_days(at, days)
    assert calendar.is_working(end) or calendar.last_working(end) == end
    assert end <= calendar.add_days(at + timedelta(seconds=later), days)
    assert end <= calendar.add_days(at, days + 1)


@given(CALENDARS, INSTANTS)
def test_the_wall_clock_and_the_instant_agree_unless_the_clocks_jumped(calendar: Calendar, at: datetime) -> None:
    local = at.astimezone(calendar.zone)
    found = calendar.instant(local.date(), local.time())
    assert found.astimezone(calendar.zone).replace(tzinfo=None, fold=0) == local.replace(tzinfo=None, fold=0)
