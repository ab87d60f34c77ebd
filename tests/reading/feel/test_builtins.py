"""What the functions of conditions answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from tests.reading.feel.scopes import value

from doorstep.kernel.program import Unknown
from doorstep.kernel.values import Money, Months
from doorstep.reading.feel.builtins import BUILTINS, builtin

D = Decimal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # text
        ('string length("äöü")', D(3)),
        ('substring("Doorstep", 5)', "step"),
        ('substring("Doorstep", 1, 4)', "Door"),
        ('substring("Doorstep", -4)', "step"),
        ('substring(start position: 2, string: "abc")', "bc"),
        ('upper case("a")', "A"),
        ('lower case("A")', "a"),
        ('trim(" a ")', "a"),
        ('substring before("a-b", "-")', "a"),
        ('substring before("ab", "-")', ""),
        ('substring after("a-b", "-")', "b"),
        ('substring after("ab", "")', "ab"),
        ('contains("abc", "b")', True),
        ('starts with("abc", "b")', False),
        ('ends with("abc", "c")', True),
        ('string join(["a", null, "b"], ", ")', "a, b"),
        ('string join("a")', "a"),
        ("string(1.50)", "1.5"),
        ("string(100)", "100"),
        ("string(true)", "true"),
        ('string("a")', "a"),
        ('string([1, "a", null])', '[1, "a", null]'),
        ('string({a: "x", b: {c: 1}})', '{a: "x", b: {c: 1}}'),
        ("string([1..5[)", "[1..5)"),
        ("string((1..5])", "(1..5]"),
        ('string(date("2026-03-12"))', "2026-03-12"),
        ('string(@"PT4H")', "PT4H"),
        ('string(@"P14M")', "P1Y2M"),
        ('string(@"10:00:00Z")', "10:00:00Z"),
        ('string(@"2026-03-12T10:00:00@Europe/Berlin")', "2026-03-12T10:00:00@Europe/Berlin"),
        ("string(value)", "30000"),
        ("string(function(a) a)", "a function"),
        ('number("1.000,5", ".", ",")', D("1000.5")),
        ('number("1 000")', None),
        ('number("-5")', D(-5)),
        ('number("1,5", null, ",")', D("1.5")),
        ('number(from: "1,5", decimal separator: ",")', D("1.5")),
        # numbers
        ("decimal(2.5, 0)", D(2)),
        ("decimal(1.115, 2)", D("1.12")),
        ("decimal(1, 2)", D(1)),
        ("floor(-1.5)", D(-2)),
        ("floor(1.56, 1)", D("1.5")),
        ("ceiling(1.5)", D(2)),
        ("round up(1.51, 1)", D("1.6")),
        ("round down(-1.59, 1)", D("-1.5")),
        ("round half up(2.5, 0)", D(3)),
        ("round half down(2.5, 0)", D(2)),
        ("round half up(1250, -2)", D(1300)),
        ("round half up(value / 7, 2)", Money(D("4285.71"), "EUR")),
        ("abs(-1)", D(1)),
        ("abs(-value)", Money(D(30000), "EUR")),
        ('abs(@"-PT4H")', timedelta(hours=4)),
        ('abs(@"-P1M")', Months(1)),
        ("modulo(-12, 5)", D(3)),
        ("modulo(10.1, -4.5)", D("-3.4")),
        ("odd(-3)", True),
        ("even(3)", False),
        ("sqrt(16)", D(4)),
        ("exp(0)", D(1)),
        ("log(1)", D(0)),
        # lists
        ("list contains(lines, 2)", True),
        ("list contains([1, null], null)", True),
        ("count(lines)", D(3)),
        ("min(lines)", D(1)),
        ("max(1, 5, 3)", D(5)),
        ('max("a", "b")', "b"),
        ("sum(lines)", D(6)),
        ("sum(1, 2)", D(3)),
        ("sum([value, value])", Money(D(60000), "EUR")),
        ("mean(lines)", D(2)),
        ("product(2, 3)", D(6)),
        ("median(3, 1, 2)", D(2)),
        ("median([1, 2, 3, 4])", D("2.5")),
        ("stddev(2, 4, 7, 5)", D("2.081665999466132735282297706979931")),
        ("mode(1, 2, 2, 3, 3)", (D(2), D(3))),
        ("mode([])", ()),
        ("all([true, true])", True),
        ("all(true, false)", False),
        ("all([])", True),
        ("any(false, true)", True),
        ("any([])", False),
        ("sublist(lines, 2)", (D(2), D(3))),
        ("sublist(lines, -2, 1)", (D(2),)),
        ("append(lines, 4)", (D(1), D(2), D(3), D(4))),
        ("concatenate([1], [2], [3])", (D(1), D(2), D(3))),
        ("union([1, 2], [2, 3])", (D(1), D(2), D(3))),
        ("distinct values([1, 2, 1, null, null])", (D(1), D(2), None)),
        ("insert before(lines, 1, 0)", (D(0), D(1), D(2), D(3))),
        ("remove(lines, -1)", (D(1), D(2))),
        ("list replace(lines, 2, 9)", (D(1), D(9), D(3))),
        ("list replace(lines, function(item, newItem) item > 1, 9)", (D(1), D(9), D(9))),
        ("reverse(lines)", (D(3), D(2), D(1))),
        ("index of([1, 2, 1], 1)", (D(1), D(3))),
        ("flatten([1, [2, [3]]])", (D(1), D(2), D(3))),
        ("sort([3, 1, 2])", (D(1), D(2), D(3))),
        ("sort([3, 1, 1, 2], function(x, y) x > y)", (D(3), D(2), D(1), D(1))),
        # dates and times
        ('date("2026-03-12")', date(2026, 3, 12)),
        ('date(@"2026-03-12T10:00:00Z")', date(2026, 3, 12)),
        ("date(go-live)", date(2026, 3, 12)),
        ("date(2026, 3, 12)", date(2026, 3, 12)),
        ('time("10:00:00+02:00")', time(10, tzinfo=timezone(timedelta(hours=2)))),
        ('time("10:00:00.25")', time(10, 0, 0, 250000)),
        ('time(@"2026-03-12T10:00:00Z")', time(10, tzinfo=UTC)),
        ('time(@"10:00:00")', time(10)),
        ("time(go-live)", time(tzinfo=UTC)),
        ("time(10, 30, 1.5)", time(10, 30, 1, 500000)),
        ('time(10, 30, 0, @"PT1H")', time(10, 30, tzinfo=timezone(timedelta(hours=1)))),
        ('date and time("2026-03-12T10:00:00Z")', datetime(2026, 3, 12, 10, tzinfo=UTC)),
        ('date and time("2026-03-12")', datetime(2026, 3, 12)),  # noqa: DTZ001
        ('date and time(@"2026-03-12T10:00:00")', datetime(2026, 3, 12, 10)),  # noqa: DTZ001
        ('date and time(go-live, @"10:00:00Z")', datetime(2026, 3, 12, 10, tzinfo=UTC)),
        ('date and time(@"2026-03-12T09:00:00Z", @"10:00:00Z")', datetime(2026, 3, 12, 10, tzinfo=UTC)),
        ('duration("PT0S")', timedelta()),
        ('duration("-P1Y")', Months(-12)),
        ('years and months duration(date("2026-01-31"), date("2026-03-30"))', Months(1)),
        ('years and months duration(date("2026-03-30"), date("2026-01-31"))', Months(-1)),
        ('years and months duration(date("2026-03-30"), date("2026-03-01"))', Months(0)),
        ("day of week(go-live)", "Thursday"),
        ("day of year(go-live)", D(71)),
        ("week of year(go-live)", D(11)),
        ("month of year(go-live)", "March"),
        # records, yes and no
        ("not(false)", True),
        ("is(1, 1)", True),
        ('is(1, "1")', False),
        ("is(null, 1)", False),
        ("is(null, null)", True),
        ('get value({a: 1}, "a")', D(1)),
        ('get value({a: {b: 1}}, ["a", "b"])', D(1)),
        ("get entries({a: 1})", ({"key": "a", "value": D(1)},)),
        ('context([{key: "a", value: 1}])', {"a": D(1)}),
        ('context put({a: 1}, "b", 2)', {"a": D(1), "b": D(2)}),
        ('context put({a: {b: 1}}, ["a", "c"], 2)', {"a": {"b": D(1), "c": D(2)}}),
        ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": D(2), "b": D(3)}),
    ],
)
def test_a_function_answers(text: str, expected: object) -> None:
    found = value(text)
    if expected is None:
        assert isinstance(found, Unknown)
        return
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('substring("abc", 0)', 'There is no position 0 in "abc".'),
        ('substring("abc", -4)', 'There is no position -4 in "abc".'),
        ('substring("abc", 4)', 'There is no position 4 in "abc".'),
        ('substring("abc", 1, 0)', 'There is no position 1 in "abc".'),
        ("string join([1])", "string join wants a list of texts."),
        ('number("a")', "'a' is not a number."),
        ('number("1.5", "x")', "'1.5' is not a number."),
        ('number("1.5", null, "x")', "'1.5' is not a number."),
        ('number("1.5", ".", ".")', "'1.5' is not a number."),
        ("decimal(1, 9999)", "decimal cannot round to 9999 places."),
        ("abs(opportunity.Account.Name)", "abs wants a number or a duration."),
        ("modulo(1, 0)", "modulo has no answer for 1, 0."),
        ("sqrt(-1)", "sqrt has no answer for -1."),
        ("exp(99999)", "exp has no answer for 99999."),
        ("log(0)", "log wants a number above 0."),
        ("min([])", "An empty list has no least and no greatest."),
        ('min([1, "a"])', 'Text cannot be compared with a number ("a" and 1).'),
        ("min([1, null])", None),
        ("sum([])", "sum of nothing."),
        ('sum(["a"])', "sum wants numbers."),
        ("mean([])", "mean of nothing."),
        ("product([])", "product of nothing."),
        ('median(["a"])', "median wants numbers."),
        ("stddev([1])", "stddev wants two numbers or more."),
        ('mode(["a"])', "mode wants numbers."),
        ("all([1])", "Expected a list of yes and no, but got 1."),
        ("sublist(lines, 0)", "There is no place 0 in a list of 3."),
        ("sublist(lines, 2, 5)", "There is no place 2 in a list of 3."),
        ("concatenate(for x in 1..9000 return 1, for x in 1..9000 return 1)", "A list may have 10,000 items."),
        ("insert before(lines, 9, 1)", "There is no place 9 in a list of 3."),
        ("remove(lines, 0)", "There is no place 0 in a list of 3."),
        ("list replace(lines, 9, 1)", "There is no place 9 in a list of 3."),
        ("list replace(lines, function(a, b) 5, 9)", "The function gave 5, not a yes or no."),
        ("sort([1, 2], function(x, y) 5)", "The order gave no yes or no."),
        ('sort([1, "a"])', 'Text cannot be compared with a number ("a" and 1).'),
        ('date("12 March")', '"12 March" is not a date such as 2026-03-12.'),
        ('date("2026-02-30")', '"2026-02-30" is not a date such as 2026-03-12.'),
        ("date(5)", "date wants a text or a date."),
        ("date(2026, 13, 1)", "date has no answer for 2026, 13, 1."),
        ('time("25:00:00")', '"25:00:00" is not a time such as 16:00:00.'),
        ('time("10:00:00+15:00")', '"10:00:00+15:00" is not a time such as 16:00:00.'),
        ('time("10:00:00@No/Zone")', '"10:00:00@No/Zone" is not a time such as 16:00:00.'),
        ('time("soon")', '"soon" is not a time such as 16:00:00.'),
        ("time(5)", "time wants a text or a time."),
        ("time(25, 0, 0)", "time has no answer for 25, 0, 0."),
        ('date and time("soon")', '"soon" is not a date and time such as 2026-03-12T16:00:00Z.'),
        ('date and time("2026-03-12T")', '"2026-03-12T" is not a date and time such as 2026-03-12T16:00:00Z.'),
        ('date and time("2026-03-12T1")', '"2026-03-12T1" is not a date and time such as 2026-03-12T16:00:00Z.'),
        ("date and time(5)", "date and time wants a text, or a date and a time."),
        ('duration("4 hours")', '"4 hours" is not a duration such as P2D or PT4H.'),
        ("context([{key: 1, value: 1}])", "context wants entries with a key of their own and a value."),
        ("context put({}, [], 2)", "context put wants a record and the path of a field."),
        ('context put({}, [1, "a"], 2)', "context put wants names of fields."),
        ("context put(null, 1, 2)", None),
        ("context put(null, [1], 2)", None),
        ("context put({}, anything, 2)", None),
        ('context put({a: 1}, ["a", "b"], 2)', "context put wants a record and the path of a field."),
        ("context merge([1])", "context merge wants records."),
        ("upper case(opportunity.Amount)", 'upper case wants text as "string", but got 5.'),
        ("floor(1.5, null)", None),
        ("append(null, 1)", "append wants a list."),
        ("list contains(null, 1)", "list contains wants a list."),
        ("list replace(null, 1, 1)", None),
        ("list replace(null, function(a, b) true, 1)", None),
        ("index of(null, 1)", None),
        ('get value({}, "a")', None),
        ('get value({a: 1}, ["a", "b"])', None),
        ("get value({a: 1}, [])", None),
        ("append(anything, 1)", None),
        ("list contains(anything, 1)", None),
    ],
)
def test_a_function_without_an_answer_says_why(text: str, reason: str | None) -> None:
    found = value(text)
    assert isinstance(found, Unknown)
    if reason is not None:
        assert found == Unknown(reason, wrong=True)


def test_a_signature_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected a signature such as"):
        builtin("f")
    with pytest.raises(ValueError, match="Expected a parameter such as"):
        builtin("f(text) -> text")


def test_every_function_has_a_form() -> None:
    assert {name for name, entries in BUILTINS.items() if not entries} == set()
