from __future__ import annotations

import pytest

from doorstep.reading.phrase import Phrase, Unreadable
from doorstep.reading.times import canonical, read_every, read_length, read_time


def phrase(text: str) -> Phrase:
    return Phrase(text, 7, 8)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("4 working hours", "4 working hours"),
        ("four Working  Hours", "4 working hours"),
        ("a day", "1 day"),
        ("an hour", "1 hour"),
        ("1 days", "1 day"),
        ("within 2 days", "2 days"),
        ("in 3 weeks", "3 weeks"),
        ("15 minutes", "15 minutes"),
        ("99 years", "99 years"),
        ("2 working days by 17:00", "2 working days by 17:00"),
        ("2 working days, 5 pm", "2 working days by 17:00"),
        ("2 working days at 9:30", "2 working days by 09:30"),
        ("30 days before {date}", "30 days before {date}"),
        ("2 Days After {go-live date} by 8:00", "2 days after {go-live date}, 08:00"),
        ("1 week before 2026-12-24", "1 week before 2026-12-24"),
        ("{date}", "{date}"),
        ("until {date}", "{date}"),
        ("{deal.Close date}, 18:00", "{deal.Close date}, 18:00"),
        ("2026-03-12", "2026-03-12"),
        ("on 2026-03-12 at 12 am", "2026-03-12, 00:00"),
        ("the same day, 18:00", "the same day, 18:00"),
        ("The next  working day", "the next working day"),
        ("until the same day 12:00", "the same day, 12:00"),
        ("18:00", "18:00"),
        ("by 6 pm", "18:00"),
        ("until 7:05", "07:05"),
        ("12 pm", "12:00"),
    ],
)
def test_a_time_is_made_canonical(written: str, expected: str) -> None:
    assert canonical(written) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "written",
    [
        "", "soon", "18", "25:00", "17:61", "13 pm", "0 pm", "0 days", "100 years", "1000 months", "12345 days",
        "2 working weeks", "2 days 17", "2 days by 25:00", "2 days before 2026-02-30", "2026-13-01", "{date} 99:00",
        "the same day, 30:00", "{a}{b}", "2 days before", "٣٣٣٣-٠٣-١٢",
    ],
)  # fmt: skip
def test_what_is_no_time_is_none(written: str) -> None:
    assert canonical(written) is None


def test_a_time_that_cannot_be_read_says_what_was_expected() -> None:
    with pytest.raises(Unreadable) as fault:
        read_time(phrase("soon"), key="Due")
    assert str(fault.value) == (
        'Expected a time such as "4 working hours", "2 working days by 17:00", "{date}" or "30 days before {date}" '
        'for Due, but got "soon".'
    )


def test_a_length_is_an_amount_and_a_unit() -> None:
    assert read_length(phrase("two working days"), key="Due") == "2 working days"
    for written in ("{date}", "0 days", "2 days by 17:00"):
        with pytest.raises(Unreadable):
            read_length(phrase(written), key="Due")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("every 1 working day, 3 times", ("1 working day", 3)),
        ("every working day", ("1 working day", None)),
        ("Every  day, once", ("1 day", 1)),
        ("every two hours, twice", ("2 hours", 2)),
        ("every 12 months", ("12 months", None)),
    ],
)
def test_how_often_is_read(written: str, expected: tuple[str, int | None]) -> None:
    assert read_every(phrase(written), key="Remind") == expected


@pytest.mark.parametrize("written", ["daily", "every now and then", "every 0 days", "every 2 hours, often"])
def test_how_often_must_be_a_length(written: str) -> None:
    with pytest.raises(Unreadable):
        read_every(phrase(written), key="Remind")
