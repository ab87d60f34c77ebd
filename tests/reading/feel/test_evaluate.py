"""What expressions are worth."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from tests.reading.feel.scopes import Known, expression, value, why

from doorstep.kernel.program import Unknown
from doorstep.kernel.values import Money, Months
from doorstep.reading.feel import Names, read
from doorstep.reading.feel.kinds import ANY

D = Decimal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # comparisons
        ("value > 25000", True),
        ("value = 30000", True),
        ("value != 30000", False),
        ("value >= 30000.01", False),
        ("25000 < value", True),
        ('client = "Ada"', True),
        ('client < "Bob"', True),
        ("lines = [1, 2, 3]", True),
        ("lines = [1, 2]", False),
        ("lines = [1, 2, 4]", False),
        ("[1, null] = [1, null]", True),
        ("[1, null] = [1, 2]", False),
        ("{a: 1} = {a: 1}", True),
        ("{a: 1} = {b: 1}", False),
        ("[1..5] = [1..5]", True),
        ('go-live = date("2026-03-12")', True),
        ('go-live <= date("2026-03-12")', True),
        ('@"2026-03-12T10:00:00Z" = @"2026-03-12T11:00:00+01:00"', True),
        ('@"10:00:00Z" < @"11:30:00+01:00"', True),
        ('duration("PT4H") < duration("P1D")', True),
        ('duration("P1Y") = duration("P12M")', True),
        ("true = true", True),
        # is it there at all?
        ("signed at = null", True),
        ("client != null", True),
        ("null = null", True),
        ("opportunity.Nothing = null", True),
        # in and between
        ("value in [1..30000]", True),
        ("value in (1..30000)", False),
        ("value in ]1..30000[", False),
        ("yearly in (1, 4)", True),
        ("yearly in [1, 4]", True),
        ("yearly in lines", False),
        ("yearly in (< 3, > 3)", True),
        ("yearly in <= 4", True),
        ("yearly in >= 5", False),
        ("yearly in (= 4)", True),
        ("yearly in (!= 4)", False),
        ("yearly in = 4", True),
        ("yearly in ([1..2], [4..5])", True),
        ("lines in [[1, 2, 3], [4]]", True),
        ("lines in [1, 2, 3]", True),
        ("yearly between 1 and 4", True),
        ("yearly between 1 and 3 or urgent", True),
        # and, or, not
        ("urgent and yearly = 4", True),
        ("not(urgent) or yearly = 5", False),
        ("signed at = null or urgent", True),
        ('urgent or signed at > @"2026-01-01T00:00:00Z"', True),
        ('not(urgent) and signed at > @"2026-01-01T00:00:00Z"', False),
        ('signed at > @"2026-01-01T00:00:00Z" or urgent', True),
        ('signed at > @"2026-01-01T00:00:00Z" and not(urgent)', False),
        # arithmetic
        ("0.1 + 0.2 = 0.3", True),
        ("1 + 2 * 3 - 4 / 2", D(5)),
        ("2 ** 3 ** 2", D(64)),
        ("-2 ** 2", D(4)),
        ("(1 + 2) * -3", D(-9)),
        ('"a" + "b"', "ab"),
        ("value + 1", Money(D(30001), "EUR")),
        ("value - value", Money(D(0), "EUR")),
        ("value * 2", Money(D(60000), "EUR")),
        ("2 * value", Money(D(60000), "EUR")),
        ("value / 2", Money(D(15000), "EUR")),
        ("value / value", D(1)),
        ("yearly spend * 2", Money(D(18), "USD")),
        ("-value", Money(D(-30000), "EUR")),
        ('go-live + duration("P2D")', date(2026, 3, 14)),
        ('go-live - duration("P2D")', date(2026, 3, 10)),
        ('duration("P1M") + date("2026-01-31")', date(2026, 2, 28)),
        ('date("2026-12-31") + duration("P1M")', date(2027, 1, 31)),
        ('go-live - duration("P1M")', date(2026, 2, 12)),
        ('go-live - date("2026-03-10")', timedelta(days=2)),
        ('@"10:00:00" + duration("PT15H")', time(1)),
        ('@"10:00:00" - @"09:00:00"', timedelta(hours=1)),
        ('@"2026-03-12T10:00:00Z" + duration("PT1H")', datetime(2026, 3, 12, 11, tzinfo=UTC)),
        ('@"2026-03-12T10:00:00Z" - go-live', timedelta(hours=10)),
        ('go-live - @"2026-03-11T00:00:00"', timedelta(days=1)),
        ('duration("PT1H") + duration("PT2H")', timedelta(hours=3)),
        ('duration("PT1H") - duration("PT2H")', timedelta(hours=-1)),
        ('duration("P1Y") + duration("P1M")', Months(13)),
        ('duration("P1Y") - duration("P1M")', Months(11)),
        ('duration("PT1H") * 1.5', timedelta(minutes=90)),
        ('2 * duration("P1M")', Months(2)),
        ('duration("PT1H") / 2', timedelta(minutes=30)),
        ('duration("PT3H") / duration("PT2H")', D("1.5")),
        ('duration("P3M") / duration("P2M")', D("1.5")),
        ('-duration("PT3H")', timedelta(hours=-3)),
        ('-duration("P3M")', Months(-3)),
        # if, for, some, every
        ('if urgent then "now" else "later"', "now"),
        ('if not(urgent) then "now" else "later"', "later"),
        ('if null then "now" else "later"', "later"),
        ("some x in lines satisfies x > 2", True),
        ("every x in lines satisfies x > 2", False),
        ("some x in lines satisfies today() < go-live and Sign off the contract.approved", True),
        ("some x in lines, y in lines satisfies x + y = 6", True),
        ("for x in lines return x * 2", (D(2), D(4), D(6))),
        ("for x in 1..3 return x", (D(1), D(2), D(3))),
        ("for x in 3..1 return x", (D(3), D(2), D(1))),
        ('for d in date("2026-03-01")..date("2026-03-03") return d.day', (D(1), D(2), D(3))),
        ("for x in 1..4 return if x = 1 then 1 else x * partial[-1]", (D(1), D(2), D(6), D(24))),
        ("for x in 5 return x", (D(5),)),
        ("for x in null return x", ()),
        # lists, records, paths
        ("lines[1]", D(1)),
        ("lines[-1]", D(3)),
        ("lines[item > 1]", (D(2), D(3))),
        ("lines[count(lines)]", D(3)),
        ("lines[yearly - 1]", D(3)),
        ("5[1]", D(5)),
        ("null[1] = null", True),
        ("[{a: 1, b: 2}, {a: 3, b: 4}][a > 1].b", (D(4),)),
        ("[{item: 1}, {item: 2}][item = 2]", ({"item": D(2)},)),
        ("{a: 1, b: a + 1}.b", D(2)),
        ('{"a b": 1}.a b', D(1)),
        ("{a: {b: 1}}.a.b", D(1)),
        ("opportunity.Account.Name", "Ada"),
        ("opportunity.Go-live date = go-live", True),
        ("opportunity.Amount - 1", D(4)),
        ("opportunity.Lines.Sum", (D(1),)),
        ("go-live.year", D(2026)),
        ("go-live.weekday", D(4)),
        ("value.currency", "EUR"),
        ("value.amount", D(30000)),
        ("contract.name", "c.pdf"),
        ("contract.size", D(9)),
        ("contract.media type", "application/pdf"),
        ('duration("P1DT2H3M4S").hours', D(2)),
        ('duration("-P1DT2H3M4S").hours', D(-2)),
        ('duration("P1DT2H3M4S").minutes', D(3)),
        ('duration("P1DT2H3M4S").seconds', D(4)),
        ('duration("P14M").years', D(1)),
        ('duration("-P14M").months', D(-2)),
        ('@"10:20:30+02:00".time offset', timedelta(hours=2)),
        ('@"10:20:30@Europe/Berlin".timezone', "Europe/Berlin"),
        ('@"10:20:30Z".timezone', None),
        ('@"10:20:30Z".minute', D(20)),
        ('@"2026-03-12T10:20:30Z".second', D(30)),
        ('@"2026-03-12T10:20:30Z".hour', D(10)),
        ("[1..5].end", D(5)),
        ("[1..5[.end included", False),
        ("(1..5].start included", False),
        ("[1..5].start", D(1)),
        ("(>= 5).start included", True),
        ("(< 5).end", D(5)),
        ("(= 5).end", D(5)),
        # steps
        ("Sign off the contract.approved", True),
        ('step("Sign off the contract").approved and yearly = 4', True),
        ("Sign off the contract.round > 1", True),
        ("Are we done?.done", False),
        ("Review.done = null", True),
        # functions
        ("(function(a, b) a + b)(1, 2)", D(3)),
        ("{add: function(a: number, b: number) a + b, sum: add(b: 1, a: 2)}.sum", D(3)),
        ("today()", date(2026, 3, 6)),
        ("now()", datetime(2026, 3, 6, 16, tzinfo=UTC)),
        # kinds
        ("value instance of money", True),
        ("lines instance of list<number>", True),
        ("lines instance of list<string>", False),
        ("lines instance of number", False),
        ("null instance of Null", True),
        ("signed at instance of Any", False),
        ('@"PT1H" instance of days and time duration and urgent', True),
        # comments, escapes, layout
        ("1 + /* two */ 2 // three", D(3)),
        (r'"\"a\"\n\\\u00e4\q"', '"a"\n\\ä\\q'),
        (r'"\uD83D\uDCA9"', "\U0001f4a9"),
        (r'"\U01F40E"', "\U0001f40e"),
        ("\n  1\n+ 1 ", D(2)),
        (".5 + 1e2", D("100.5")),
        ("[]", ()),
    ],
)
def test_an_expression_has_a_value(text: str, expected: object) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('signed at > @"2026-01-01T00:00:00Z"', '"signed at" is not known yet.'),
        ("opportunity.Nothing > 1", '"opportunity.Nothing" is not known yet.'),
        ("opportunity.Account.Town", '"Town" is not known yet.'),
        ("Review.approved", '"Review.approved" is not known yet.'),
        ("anything.Field", '"anything" is not known yet.'),
        ("anything.Field.More", '"anything" is not known yet.'),
        ("null.Field", "Nothing (null) stands where a value is needed."),
        ("urgent and anything", '"anything" is not known yet.'),
        ("not(urgent) or anything", '"anything" is not known yet.'),
        ("if anything then 1 else 2", '"anything" is not known yet.'),
        ("for x in anything return x", '"anything" is not known yet.'),
        ("some x in anything satisfies x", '"anything" is not known yet.'),
        ("anything[1]", '"anything" is not known yet.'),
        ("lines[anything + 1]", '"anything" is not known yet.'),
        ("lines[9]", "There is no item 9 in a list of 3."),
        ("lines[0]", "There is no item 0 in a list of 3."),
        ("1 + null", "Nothing (null) stands where a value is needed."),
        ("[1, anything] = [1, 2]", '"anything" is not known yet.'),
        ("some x in [false, anything] satisfies x", '"anything" is not known yet.'),
        ("yearly in (1, anything)", '"anything" is not known yet.'),
        ("[1..anything]", '"anything" is not known yet.'),
        ("-anything", '"anything" is not known yet.'),
        ("anything(1)", '"anything" is not known yet.'),
    ],
)
def test_what_is_not_known_yet_says_so(text: str, reason: str) -> None:
    names = Known().facts
    assert "anything" not in names
    assert value(text) == Unknown(reason)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("opportunity.Account.Name > 5", 'Text cannot be compared with a number ("Ada" and 5).'),
        ("opportunity.Account.Name = 5", 'Text cannot be compared with a number ("Ada" and 5).'),
        ("opportunity.Account.Name + 5", 'Text cannot be added to a number ("Ada" and 5).'),
        ("opportunity.Account.Name / go-live", 'Text cannot be divided by a date ("Ada" and 2026-03-12).'),
        (
            "opportunity.Amount * opportunity.Account",
            "A number cannot be multiplied by a record (5 and {'Name': 'Ada'}).",
        ),
        ("yearly spend > 5", "USD and EUR cannot be compared: they are two currencies."),
        ("yearly spend + value", "USD and EUR cannot be compared: they are two currencies."),
        ("yearly spend / value", "USD and EUR cannot be compared: they are two currencies."),
        ("opportunity.Amount / 0", "5 / 0 has no answer."),
        ("0 / 0", "0 / 0 has no answer."),
        ("10 ** 1000", "10 ** 1000 is beyond what can be counted."),
        ('date("9999-12-31") + duration("P1D")', "9999-12-31 + P1D is beyond what can be counted."),
        ('date("9999-12-31") + duration("P1M")', "9999-12-31 + P1M is beyond what can be counted."),
        ('@"10:00:00" > @"10:00:00Z"', "A time with an offset cannot be compared with one without."),
        ('@"10:00:00" - @"10:00:00Z"', "A time cannot be less a time (10:00:00 and 10:00:00+00:00)."),
        ("opportunity.Account.Name and urgent", 'and, or want a yes or no, but got "Ada".'),
        ("opportunity.Account.Name.First", 'Text has no "First" ("Ada").'),
        ("-opportunity.Account.Name", '"Ada" cannot be negative.'),
        ("opportunity.Amount(1)", "5 is not a function."),
        ("(function(a) a)(1, 2)", "This function wants (a), but got 2 values."),
        ("for x in [1..go-live.year * 9] return x", "An iteration may have 10,000 turns, but this one has more."),
        ("count(for x in 1..999, y in 1..999 return x)", "An iteration may have 10,000 turns, but this one has more."),
        (
            'for d in date("1000-01-01")..date("2000-01-01") return d',
            "An iteration may have 10,000 turns, but this one has more.",
        ),
        ('for d in ["a".."b"][1] return d', "An iteration goes over a list, whole numbers or dates."),
        ("[1..opportunity.Account.Name]", 'A number cannot be compared with text (1 and "Ada").'),
        ("lines[opportunity.Account.Name > item]", 'Text cannot be compared with a number ("Ada" and 1).'),
        ("value instance of thing", '"thing" is not a type.'),
        (
            "{a: 1} instance of context<a: context<b: number>>",
            "What is inside context<a: context<b: number>> cannot be asked yet.",
        ),
        (
            "(function(a) a) instance of function<number>->number",
            "What is inside function<number>->number cannot be asked yet.",
        ),
        ("(!= 5)", "!= in brackets needs a value before in."),
        ("lines = [1, opportunity.Account.Name, 3]", 'A number cannot be compared with text (2 and "Ada").'),
        ("null = (yearly spend > value)", "USD and EUR cannot be compared: they are two currencies."),
        ("some x in [1] satisfies x", "and, or want a yes or no, but got 1."),
        ("opportunity.Amount in [opportunity.Account.Name]", 'A number cannot be compared with text (5 and "Ada").'),
        (
            "opportunity < 5",
            "A record cannot be compared with a number ({'Amount': 5, 'Account': {'Name': 'Ada'}, 'Go-live date': '2026-03-12', 'Lines': [{'Sum': 1}]} and 5).",
        ),
        ('"10" ** opportunity.Account', "Text cannot be raised to a record (\"10\" and {'Name': 'Ada'})."),
        ("opportunity.Amount / value", "A number cannot be divided by money (5 and 30000)."),
        ("value * go-live", "Money cannot be multiplied by a date (30000 and 2026-03-12)."),
        ('@"10:00:00" + opportunity.Account', "A time cannot be added to a record (10:00:00 and {'Name': 'Ada'})."),
        ("opportunity.Account.Name * term", 'Text cannot be multiplied by a duration in months ("Ada" and P1M).'),
        ('go-live - @"10:00:00"', "A date cannot be less a time (2026-03-12 and 10:00:00)."),
        ('@"10:00:00" + term', "A time cannot be added to a duration in months (10:00:00 and P1M)."),
    ],
)
def test_what_can_never_be_answered_is_wrong(text: str, reason: str) -> None:
    names = read(text, _loose(), currency="EUR")
    assert names.expression is not None
    facts = {**Known().facts, "term": Months(1)}
    found = names.expression.value(Known(facts))
    assert found == Unknown(reason, wrong=True)


def _loose() -> Names:
    """Names of no certain kind, so that nothing is refused before it runs."""
    return Names(dict.fromkeys((*Known().facts, "term", "anything"), ANY))


def test_a_condition_is_true_false_or_says_why_not() -> None:
    scope = Known()
    assert expression("value > 25000").truth(scope) is True
    assert expression("value > 35000").truth(scope) is False
    assert expression("anything").truth(scope) == Unknown('"anything" is not known yet.')
    assert expression("opportunity.Nothing").truth(scope) == Unknown('"opportunity.Nothing" is not known yet.')
    assert expression("null").truth(scope) == Unknown("null has no answer.")
    wrong = Unknown("Expected a yes or no from opportunity.Amount, but got 5.", wrong=True)
    assert expression("opportunity.Amount").truth(scope) == wrong


def test_what_is_unknown_inside_a_value_is_none_there() -> None:
    assert value('[1, anything, {a: anything, b: "x"}]') == (D(1), None, {"a": None, "b": "x"})


def test_money_compares_with_a_number_in_the_currency_of_the_process() -> None:
    assert value("yearly spend > 5", currency="USD") is True
    assert value("yearly spend > 5", currency="") is True
    assert why("yearly spend > 5") == "wrong: USD and EUR cannot be compared: they are two currencies."


def test_an_expression_says_what_it_reads() -> None:
    found = expression(
        "Sign off the contract.approved and opportunity.Account.Name = client and some x in lines satisfies x > 1"
    )
    assert found.reads == {"#k1", "opportunity", "client", "lines"}
    assert found.paths == {("opportunity", "Account"), ("opportunity", "Account", "Name")}
    assert expression("today() > go-live").calls == {"today"}


def test_a_constant_is_known_without_facts() -> None:
    assert expression("1 > 2").constant is False
    assert expression("value > 2").constant is None
    assert expression("today() = null").constant is None
    assert expression("some x in [1] satisfies x = 1").constant is True
