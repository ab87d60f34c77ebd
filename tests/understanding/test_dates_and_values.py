"""Days, times and values as people write them."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.understanding.shapes import TODAY

from doorstep.understanding import ValueNotUnderstood, canonical
from doorstep.understanding.dates import read_when

TUESDAY, FRIDAY = date(2026, 3, 10), date(2026, 3, 13)


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("Tuesday", TUESDAY, None),
        ("on Tuesday", TUESDAY, None),
        ("Dienstag", TUESDAY, None),
        ("am Dienstag", TUESDAY, None),
        ("tue", TUESDAY, None),
        ("next Tuesday", TUESDAY, None),
        ("Tuesday 5pm", TUESDAY, time(17)),
        ("Tuesday, 17:30", TUESDAY, time(17, 30)),
        ("Dienstag um 9 Uhr", TUESDAY, time(9)),
        ("by Tuesday EOD", TUESDAY, time(17)),
        ("today", date(2026, 3, 6), None),
        ("tomorrow", date(2026, 3, 7), None),
        ("morgen früh", date(2026, 3, 7), time(12)),
        ("übermorgen", date(2026, 3, 8), None),
        ("the day after tomorrow", date(2026, 3, 8), None),
        ("12 March", date(2026, 3, 12), None),
        ("March 12th", date(2026, 3, 12), None),
        ("the 12th of March 2026", date(2026, 3, 12), None),
        ("12. März", date(2026, 3, 12), None),
        ("12.3.", date(2026, 3, 12), None),
        ("12.03.26", date(2026, 3, 12), None),
        ("2026-03-12", date(2026, 3, 12), None),
        ("2026-03-12T17:00", date(2026, 3, 12), time(17)),
        ("13/3/2026", FRIDAY, None),
        ("Friday, 13 March", FRIDAY, None),
        ("1 January", date(2027, 1, 1), None),
        ("12 January", date(2026, 1, 12), None),
        ("1 March", date(2026, 3, 1), None),
        ("by 5pm", None, time(17)),
        ("17:00", None, time(17)),
        ("5 p.m.", None, time(17)),
        ("12am", None, time(0)),
        ("noon", None, time(12)),
        ("17 Uhr", None, time(17)),
        ("17.30 Uhr", None, time(17, 30)),
        ("in two days", date(2026, 3, 8), None),
        ("in zwei Tagen", date(2026, 3, 8), None),
        ("2 working days", TUESDAY, None),
        ("in a week", FRIDAY, None),
        ("in 2 hours", date(2026, 3, 6), time(18)),
        ("next week", FRIDAY, None),
        ("end of week", date(2026, 3, 6), None),
        ("end of the month", date(2026, 3, 31), None),
        ("nächste Woche", FRIDAY, None),
        ("next Friday", FRIDAY, None),
    ],
)
def test_days_and_times_are_read(text: str, day: date | None, at: time | None) -> None:
    found = read_when(text, TODAY)
    assert found is not None
    assert (found.day, found.at) == (day, at)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "3/12/2026",
        "31 February",
        "Thursday 13 March",
        "Tuesday or Wednesday",
        "5",
        "25:00",
        "13pm",
        "may",
        "so",
        "12 March 13 March",
        "the",
        "approved",
        "2026",
        "may the force",
        "33.3.",
    ],
)
def test_what_is_no_day_or_has_two_readings_is_not_read(text: str) -> None:
    assert read_when(text, TODAY) is None


@given(st.dates(date(2026, 3, 6), date(2026, 12, 31)))
def test_a_day_written_out_is_that_day(day: date) -> None:
    for text in (day.isoformat(), f"{day:%d %B %Y}", f"{day:%d.%m.%Y}", f"{day:%A, %d %B %Y}"):
        found = read_when(text, TODAY)
        assert found is not None
        assert found.day == day
        assert found.sure


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", " as said ", "as said"),
        ("number", "84,000.50", "84000.50"),
        ("number", "84.000,50", "84000.50"),
        ("number", "1.234.567", "1234567"),
        ("number", "-5", "-5"),
        ("number", "0,125", "0.125"),
        ("number", "84000", "84000"),
        ("number", "84 000", "84000"),
        ("money", "€ 84,000", {"amount": "84000", "currency": "EUR"}),
        ("money", "84.000,50 EUR", {"amount": "84000.50", "currency": "EUR"}),
        ("money", "84.000 €", {"amount": "84000", "currency": "EUR"}),
        ("money", "$1,200.50", {"amount": "1200.50", "currency": "USD"}),
        ("money", "CHF 12'000", {"amount": "12000", "currency": "CHF"}),
        ("money", "84000", "84000"),
        ("money", "84000 Euro", {"amount": "84000", "currency": "EUR"}),
        ("yes/no", "Yes.", "yes"),
        ("yes/no", "nein", "no"),
        ("date", "12 March", "2026-03-12"),
        ("date", "Tuesday", "2026-03-10"),
        ("time", "5pm", "17:00"),
        ("date and time", "12 March, 17:00", "2026-03-12T17:00+00:00"),
        ("duration", "3 days", "P3D"),
        ("duration", "zwei Stunden", "PT2H"),
        ("duration", "P1DT2H", "P1DT2H"),
        ("duration", "90 min", "PT90M"),
        ("choice (a, Big one)", "big one.", "Big one"),
        ("e-mail address", "Jo <Jo@Halden.example>", "jo@halden.example"),
        ("e-mail address", "jo@halden.example<mailto:jo@halden.example>", "jo@halden.example"),
        ("country", "Germany", "Germany"),
        ("person", "Jon Park", "Jon Park"),
        ("list of country", "DE, FR and IT", ["DE", "FR", "IT"]),
        ("list of date", "12 March; 13 March", ["2026-03-12", "2026-03-13"]),
        ("Jira issue", "DEP-412", "DEP-412"),
    ],
)
def test_values_become_canonical_text(kind: str, text: str, value: object) -> None:
    assert canonical(kind, text, today=TODAY) == value


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("number", "84.000", "“84.000” can be read in two ways. Please write 84000, or 84.0000 for the fraction."),
        ("number", "many", "Expected a number, but got “many”."),
        ("number", "1,2,3", "Expected a number, but got “1,2,3”."),
        ("money", "84k", "Expected an amount of money like EUR 84,000.00, but got “84k”."),
        ("money", "EUR 5 USD", "Expected an amount of money like EUR 84,000.00, but got “EUR 5 USD”."),
        ("date", "soon", "Expected a date like 12 March 2026, but got “soon”."),
        ("date", "Friday", "Expected a date like 12 March 2026, but got “Friday”."),
        ("date", "12 March, 17:00", "Expected a date like 12 March 2026, but got “12 March, 17:00”."),
        ("choice (a, b)", "c", "Expected one of a, b, but got “c”."),
        ("yes/no", "maybe", "Expected yes or no, but got “maybe”."),
        ("e-mail address", "Jo", "Expected an e-mail address, but got “Jo”."),
        ("duration", "long", "Expected a duration like 3 days, but got “long”."),
        ("date", "", "Expected a date, but nothing was written."),
    ],
)
def test_what_is_no_value_says_what_was_expected(kind: str, text: str, why: str) -> None:
    with pytest.raises(ValueNotUnderstood) as fault:
        canonical(kind, text, today=TODAY)
    assert str(fault.value) == why


@given(
    st.text(max_size=60),
    st.sampled_from(
        ["number", "money", "date", "time", "duration", "e-mail address", "list of number", "choice (a, b)"]
    ),
)
def test_any_text_is_a_value_or_a_sentence(text: str, kind: str) -> None:
    try:
        value: object = canonical(kind, text, today=TODAY)
    except ValueNotUnderstood as fault:
        value = str(fault)
    assert value != ""
