"""Times, lengths and names as a colleague says them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from doorstep.chase.run import usual
from doorstep.chase.say import say_day, say_length, say_list, say_time, short_name, upper_first

NEW_YORK = ZoneInfo("America/New_York")
FRIDAY = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (FRIDAY, "today"),
        (date(2026, 3, 7), "tomorrow"),
        (date(2026, 3, 5), "yesterday"),
        (date(2026, 3, 9), "Monday"),
        (date(2026, 3, 12), "Thursday"),
        (date(2026, 3, 13), "13 March"),  # "Friday" would be today
        (date(2026, 3, 2), "2 March"),
        (date(2027, 1, 4), "4 January 2027"),
    ],
)
def test_days_are_relative_when_near(day: date, said: str) -> None:
    assert say_day(day, today=FRIDAY) == said


def test_times_are_said_in_the_readers_zone() -> None:
    now = datetime(2026, 3, 6, 21, tzinfo=UTC)
    late = datetime(2026, 3, 6, 23, 30, tzinfo=UTC)
    assert say_time(late, now=now, zone=NEW_YORK) == "18:30"
    assert say_time(late, now=now, zone=ZoneInfo("Europe/Berlin")) == "tomorrow 00:30"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=5), "1 minute"),
        (timedelta(minutes=7), "7 minutes"),
        (timedelta(minutes=52), "50 minutes"),
        (timedelta(minutes=61), "1 hour"),
        (timedelta(hours=3, minutes=20), "3 hours"),
        (timedelta(hours=8), "1 working day"),
        (timedelta(hours=20), "2 working days"),
    ],
)
def test_lengths_are_said_roughly(length: timedelta, said: str) -> None:
    assert say_length(length) == said


def test_several_are_joined_and_sentences_begin() -> None:
    assert [say_list(()), say_list(["Mira"]), say_list(["Mira", "Sam"]), say_list(["Mira", "Sam", "Priya"])] == [
        "",
        "Mira",
        "Mira and Sam",
        "Mira, Sam and Priya",
    ]
    assert upper_first("reminder 17:00") == "Reminder 17:00"


@pytest.mark.parametrize(
    ("name", "others", "said"),
    [
        ("Mira Holt", (), "Mira"),
        ("Mira Holt", ("Mira Holt", "Sam Ortiz"), "Mira"),
        ("Mira Holt", ("Mira Lang",), "Mira Holt"),
        ("Mira", ("Mira Lang",), "Mira"),
        ("lena@halden.example", (), "lena@halden.example"),
    ],
)
def test_people_have_first_names(name: str, others: tuple[str, ...], said: str) -> None:
    assert short_name(name, others) == said


def test_usual_is_the_median_and_nothing_without_history() -> None:
    assert usual([]) is None
    assert usual([timedelta(hours=1), timedelta(hours=9), timedelta(minutes=50)]) == timedelta(hours=1)
