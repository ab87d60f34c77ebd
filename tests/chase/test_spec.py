"""When a spec ends: every form the page has, None while a fact is unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.chase.spec import SpecNotUnderstood, when
from doorstep.chase.working import Calendar
from doorstep.kernel.values import Months

NEW_YORK = ZoneInfo("America/New_York")
OFFICE = Calendar(zone=NEW_YORK, holidays=frozenset({date(2026, 3, 16)}))
FRIDAY = datetime(2026, 3, 6, 16, tzinfo=NEW_YORK)
FACTS: dict[str, object] = {
    "go-live": date(2026, 3, 12),
    "Easter": date(2026, 4, 5),
    "call": datetime(2026, 3, 12, 14, 30, tzinfo=UTC),
    "local call": datetime(2026, 3, 12, 10, 30),  # noqa: DTZ001 - a fact may come without a zone
    "cut-off": time(15, 30),
    "window": timedelta(hours=3),
    "term": Months(1),
    "as text": "2026-03-12",
    "stamp as text": "2026-03-12T10:30:00-04:00",
    "length as text": "PT4H",
    "clock as text": "17:30",
    "colour": "green",
    "unknown": None,
    "opportunity": {"Close date": date(2026, 3, 31), "Account": {"Renewal": date(2026, 4, 1)}},
}


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK)


def ends(text: str, *, start: datetime = FRIDAY, due: bool = False) -> datetime | None:
    return when(text, start=start, facts=FACTS, calendar=OFFICE, ends=due)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("4 working hours", at(3, 9, 12)),
        ("90 working minutes", at(3, 9, 9, 30)),
        ("1 hour", at(3, 6, 17)),
        ("30 minutes", at(3, 6, 16, 30)),
        ("1 working day", at(3, 9, 16)),
        ("2 working days by 17:00", at(3, 10, 17)),
        ("2 days", at(3, 8, 16)),  # the clocks change in between: still four o'clock
        ("1 week", at(3, 13, 16)),
        ("1 month", at(4, 6, 16)),
        ("1 year by 09:00", datetime(2027, 3, 6, 9, tzinfo=NEW_YORK)),
        ("{go-live}", at(3, 12)),
        ("{go-live}, 18:00", at(3, 12, 18)),
        ("{call}", at(3, 12, 10, 30)),
        ("{local call}", at(3, 12, 10, 30)),
        ("{cut-off}", at(3, 7, 15, 30)),
        ("{window}", at(3, 6, 19)),
        ("{term}", at(4, 6, 16)),
        ("{as text}", at(3, 12)),
        ("{stamp as text}", at(3, 12, 10, 30)),
        ("{length as text}", at(3, 6, 20)),
        ("{clock as text}", at(3, 6, 17, 30)),
        ("{opportunity.Close date}", at(3, 31)),
        ("{opportunity.Account.Renewal}", at(4, 1)),
        ("30 days before {Easter}", at(3, 6)),
        ("2 days after {go-live}, 12:00", at(3, 14, 12)),
        ("2 working days before {go-live}", at(3, 10)),
        ("2 working days after {go-live}", at(3, 17)),  # Monday is a holiday
        ("1 hour before {go-live}", at(3, 11, 23)),
        ("1 hour after {go-live}", at(3, 13, 1)),
        ("2 working hours before {go-live}", at(3, 11, 15)),
        ("1 hour before {call}", at(3, 12, 9, 30)),
        ("1 day before {call}", at(3, 11, 10, 30)),
        ("1 month before 2026-03-31", at(2, 28)),
        ("2026-03-12", at(3, 12)),
        ("2026-03-12, 18:00", at(3, 12, 18)),
        ("2026-03-12T18:00", at(3, 12, 18)),
        ("PT2H", at(3, 6, 18)),
        ("18:00", at(3, 6, 18)),
        ("16:00", at(3, 7, 16)),  # it is four now
        ("the same day, 18:00", at(3, 6, 18)),
        ("the same day, 15:00", at(3, 6, 15)),  # also when it has passed
        ("the next working day, 12:00", at(3, 9, 12)),
    ],
)
def test_a_spec_ends_when_the_page_says(text: str, instant: datetime) -> None:
    assert ends(text) == instant


@pytest.mark.parametrize("text", ["{unknown}", "{nobody}", "{nobody.knows}", "2 days before {unknown}", "{go-live.x}"])
def test_no_time_while_a_fact_is_unknown(text: str) -> None:
    assert ends(text) is None


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("{go-live}", at(3, 12, 17)),
        ("2026-03-14", at(3, 15)),  # a Saturday: to its end
        ("{go-live}, 12:00", at(3, 12, 12)),
        ("the same day", at(3, 6, 17)),
        ("1 working day", at(3, 9, 16)),
    ],
)
def test_a_day_something_is_due_on_lasts_until_its_working_hours_end(text: str, instant: datetime) -> None:
    assert ends(text, due=True) == instant


def test_dates_are_read_in_the_zone_given_and_hours_in_the_calendars() -> None:
    berlin = Calendar(zone=ZoneInfo("Europe/Berlin"))
    assert when("18:00", start=FRIDAY, calendar=berlin, zone=NEW_YORK) == at(3, 6, 18)
    assert when("1 working hour", start=FRIDAY, calendar=berlin, zone=NEW_YORK) == at(3, 9, 5)  # 10:00 in Berlin


def test_without_a_calendar_it_is_office_hours_in_utc() -> None:
    assert when("1 working hour", start=datetime(2026, 3, 6, 16, 30, tzinfo=UTC)) == datetime(
        2026, 3, 9, 9, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "soon",
            'Expected a time such as "2 working days by 17:00", "{date}" or "30 days before {date}", but got "soon".',
        ),
        ("25:00", 'Expected a time from 0:00 to 23:59, but got "25:00".'),
        ("2 working weeks", "Expected working minutes, hours or days, but got working weeks."),
        ("9999999999 days", 'Expected a time between the years 1 and 9999, but got "9999999999 days".'),
        ("9000 years", 'Expected a time between the years 1 and 9999, but got "9000 years".'),
        ("{colour}", 'Expected a date, a time or a duration, but got "green".'),
        ("{opportunity}", "Expected a date, a time or a duration, but got {'Close date'"),
        ("2026-02-30", 'Expected a date, a time or a duration, but got "2026-02-30".'),
        ("P2W", 'Expected a date, a time or a duration, but got "P2W".'),
    ],
)
def test_what_is_no_time_is_refused_with_what_was_expected(text: str, message: str) -> None:
    with pytest.raises(SpecNotUnderstood) as refusal:
        ends(text)
    assert str(refusal.value).startswith(message)


UNITS = st.sampled_from(["minute", "hour", "day", "week", "month", "working minute", "working hour", "working day"])
STARTS = st.integers(0, 260 * 86400).map(lambda seconds: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=seconds))


@given(UNITS, st.integers(1, 40), STARTS)
def test_more_is_never_sooner_and_nothing_ends_before_it_starts(unit: str, number: int, start: datetime) -> None:
    one = when(f"{number} {unit}s", start=start, calendar=OFFICE)
    more = when(f"{number + 1} {unit}s", start=start, calendar=OFFICE)
    later = when(f"{number} {unit}s", start=start + timedelta(minutes=7), calendar=OFFICE)
    assert one
    assert more
    assert later
    assert start <= one <= more
    assert one <= later
