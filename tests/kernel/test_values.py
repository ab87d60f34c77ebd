"""Values of facts: what they are worth to each other, and their two forms in JSON."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.kernel.program import Unknown
from doorstep.kernel.values import (
    FileRef,
    Money,
    Months,
    common_currency,
    decode,
    duration_from_iso,
    duration_to_iso,
    encode,
    plain,
)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.text(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.times(),
    st.datetimes(timezones=st.just(UTC)),
    st.timedeltas(),
    st.integers(-5000, 5000).map(Months),
    st.builds(Money, st.decimals(allow_nan=False, allow_infinity=False), st.sampled_from(["", "EUR", "USD"])),
    st.builds(FileRef, st.text(), st.text(), st.text(), st.integers(0, 2**40)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_what_is_encoded_is_decoded_to_the_same_value(value: object) -> None:
    stored = json.loads(json.dumps(encode(value)))
    assert decode(stored) == value
    assert type(decode(stored)) is type(value)


@given(VALUES)
def test_every_value_has_a_plain_form_that_json_can_hold(value: object) -> None:
    json.dumps(plain(value))


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (Decimal("1.50"), {"$number": "1.50"}),
        (2, {"$number": "2"}),
        (Money(Decimal(25000), "EUR"), {"$money": ["25000", "EUR"]}),
        (date(2026, 3, 12), {"$date": "2026-03-12"}),
        (time(16, 0), {"$time": "16:00:00"}),
        (datetime(2026, 3, 6, 16, tzinfo=UTC), {"$datetime": "2026-03-06T16:00:00+00:00"}),
        (timedelta(hours=4), {"$duration": "PT4H"}),
        (Months(14), {"$duration": "P1Y2M"}),
        (FileRef("c.pdf", "ab", "application/pdf", 9), {"$file": ["c.pdf", "ab", "application/pdf", 9]}),
        ({"Name": "Ada"}, {"$record": {"Name": "Ada"}}),
        (("a", True, None), ["a", True, None]),
    ],
)
def test_the_typed_form_says_what_a_value_is(value: object, form: object) -> None:
    assert encode(value) == form


def test_what_is_no_value_of_a_fact_is_refused() -> None:
    with pytest.raises(TypeError, match="Expected the value of a fact, but got a object"):
        encode(object())
    with pytest.raises(TypeError, match="Expected the value of a fact, but got a set"):
        plain({1})


def test_what_encode_wrote_is_decoded() -> None:
    form = ["a", True, None, {"$record": {"Go-live date": {"$date": "2026-03-12"}, "Lines": [{"$number": "1.5"}]}}]
    assert decode(form) == ("a", True, None, {"Go-live date": date(2026, 3, 12), "Lines": (Decimal("1.5"),)})


@pytest.mark.parametrize("form", [{"$what": 1}, {"$date": "2026-01-01", "$time": "16:00"}, {}, 5, {"Name": "Ada"}])
def test_what_encode_did_not_write_is_not_decoded(form: object) -> None:
    with pytest.raises(ValueError, match="Expected an encoded value"):
        decode(form)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (Money(Decimal("25000.00"), "EUR"), 25000),
        (Money(Decimal("0.5"), ""), 0.5),
        (Money(Decimal(9), "USD"), {"amount": 9, "currency": "USD"}),
        (Decimal("1E+40"), 1e40),
        (Decimal("3.10"), 3.1),
        (FileRef("c.pdf"), "c.pdf"),
        (FileRef("c.pdf", "ab"), {"name": "c.pdf", "sha256": "ab"}),
        (
            FileRef("c.pdf", "ab", "application/pdf", 9),
            {"name": "c.pdf", "sha256": "ab", "media_type": "application/pdf", "size": 9},
        ),
        (date(2026, 3, 12), "2026-03-12"),
        (time(16), "16:00:00"),
        (datetime(2026, 3, 6, 16, tzinfo=timezone(timedelta(hours=-5))), "2026-03-06T16:00:00-05:00"),
        (timedelta(days=2), "P2D"),
        ({"Account": {"Name": "Ada"}, "Lines": (Decimal(1),)}, {"Account": {"Name": "Ada"}, "Lines": [1]}),
        (True, True),
        (7, 7),
    ],
)
def test_the_plain_form_is_what_people_write(value: object, form: object) -> None:
    assert plain(value, currency="EUR") == form


@pytest.mark.parametrize(
    ("one", "other", "process", "found"),
    [
        (Money(Decimal(1), "EUR"), Money(Decimal(2), "EUR"), "", "EUR"),
        (Money(Decimal(1), "EUR"), Decimal(2), "EUR", "EUR"),
        (Money(Decimal(1), "EUR"), Decimal(2), "", "EUR"),
        (Decimal(1), Money(Decimal(1), ""), "USD", "USD"),
        (Decimal(1), Decimal(1), "", ""),
    ],
)
def test_amounts_compare_in_one_currency(
    one: Money | Decimal, other: Money | Decimal, process: str, found: str
) -> None:
    assert common_currency(one, other, process=process) == found


def test_two_currencies_never_compare() -> None:
    why = Unknown("EUR and USD cannot be compared: they are two currencies.", wrong=True)
    assert common_currency(Money(Decimal(1), "EUR"), Money(Decimal(1), "USD")) == why
    assert common_currency(Money(Decimal(1), "EUR"), Decimal(1), process="USD") == why


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT0S", timedelta()),
        ("P2DT3H4M5.25S", timedelta(days=2, hours=3, minutes=4, seconds=5, milliseconds=250)),
        ("-PT4H", timedelta(hours=-4)),
        ("P1Y2M", Months(14)),
        ("-P5M", Months(-5)),
        ("P0M", Months(0)),
        ("P3Y", Months(36)),
        ("PT90M", timedelta(minutes=90)),
        ("PT7S", timedelta(seconds=7)),
    ],
)
def test_durations_are_read(text: str, length: timedelta | Months) -> None:
    assert duration_from_iso(text) == length
    assert duration_from_iso(duration_to_iso(length)) == length


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "4 hours", "P1Y2D", "P999999999999D", "P" + "9" * 5000 + "D", "P٣D"]
)
def test_what_is_no_duration_is_none(text: str) -> None:
    assert duration_from_iso(text) is None


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(), "PT0S"),
        (timedelta(hours=1, seconds=3), "PT1H3S"),
        (timedelta(days=-1, hours=20), "-PT4H"),
        (timedelta(milliseconds=10), "PT0.01S"),
        (Months(0), "P0M"),
        (Months(-12), "-P1Y"),
    ],
)
def test_durations_are_written_in_the_shortest_form(length: timedelta | Months, text: str) -> None:
    assert duration_to_iso(length) == text
