"""What is refused before it runs, because it could never be answered."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from tests.reading.feel.scopes import NAMES, expression, faults

from doorstep.reading.feel import Names, read
from doorstep.reading.feel.kinds import ANY, Kind, of_fact, of_value
from doorstep.reading.page import FactKind


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("client > 5", 9, "Text cannot be compared with a number."),
        ("5 = client", 0, "A number cannot be compared with text."),
        ('value > "25000"', 8, "Money cannot be compared with text. Write 25000."),
        ('yearly = "x"', 9, "A number cannot be compared with text."),
        ('urgent = "yes"', 9, "A yes or no cannot be compared with text. Write true."),
        ('urgent = "No"', 9, "A yes or no cannot be compared with text. Write false."),
        ('urgent = "maybe"', 9, "A yes or no cannot be compared with text."),
        ('go-live > "2026-03-12"', 10, 'A date cannot be compared with text. Write date("2026-03-12").'),
        ('signed at > "x"', 12, 'A date and time cannot be compared with text. Write date and time("x").'),
        ('term > "P2D"', 7, 'A duration cannot be compared with text. Write duration("P2D").'),
        ('@"10:00:00" > "10:00"', 14, 'A time cannot be compared with text. Write time("10:00").'),
        ("client = value", 9, "Text cannot be compared with money."),
        ("client between 1 and client", 15, "Text cannot be compared with a number."),
        ('client in ("a", 5)', 16, "Text cannot be compared with a number."),
        ("client in [1..2]", 11, "Text cannot be compared with a number."),
        ("client in < 5", 12, "Text cannot be compared with a number."),
        ("client in (= 5)", 13, "Text cannot be compared with a number."),
        ("client in 5", 10, "Text cannot be compared with a number."),
        ('level = "medium"', 8, 'Expected one of low, high, but got "medium".'),
        ('level = "hgh"', 8, 'Expected one of low, high, but got "hgh". Did you mean "high"?'),
        ('"lo" = level', 0, 'Expected one of low, high, but got "lo". Did you mean "low"?'),
        ('level in ("low", "hig")', 17, 'Expected one of low, high, but got "hig". Did you mean "high"?'),
        ("client and urgent", 0, "Expected a yes or no on the left of and, but got text."),
        ("urgent or value", 10, "Expected a yes or no on the right of or, but got money."),
        ("if client then 1 else 2", 3, "Expected a yes or no after if, but got text."),
        ("client + 5", 7, "Text + a number has no meaning."),
        ("client - client", 7, "Text - text has no meaning."),
        ("value * value", 6, "Money * money has no meaning."),
        ("-client", 0, "Expected a number or a duration after the minus, but got text."),
        ("go-live.yaer", 8, 'A date has no "yaer"; it has year, month, day, weekday.'),
        ("client.name", 7, 'Text has no parts, so "name" cannot be read of it.'),
        ("count()", 0, "count takes (list), not 0 values."),
        ("substring(client)", 0, "substring takes (string, start position, [length]), not 1 values."),
        ("lower case(5)", 11, 'lower case wants text as "string", but got a number.'),
        ("day of week(client)", 12, 'day of week wants a date as "date", but got text.'),
        ("for x in lines return x + client", 24, "A number + text has no meaning."),
        ("some x in lines satisfies x = client", 30, "A number cannot be compared with text."),
        ("lines[1] = client", 11, "A number cannot be compared with text."),
        ("{a: client, b: a + 1}", 17, "Text + a number has no meaning."),
        ("(function(a) client + 1)(1)", 20, "Text + a number has no meaning."),
        ("(client + 1) instance of number", 8, "Text + a number has no meaning."),
        ("(= client + 1)", 10, "Text + a number has no meaning."),
        ("Sign off the contract.approved = 5", 33, "A yes or no cannot be compared with a number."),
        ('Sign off the contract.round = "2"', 30, "A number cannot be compared with text. Write 2."),
        ("opportunity.Name = client + 1", 26, "Text + a number has no meaning."),
    ],
)
def test_what_can_never_fit_is_refused_at_its_place(text: str, at: int, reason: str) -> None:
    assert faults(text) == [("E304", at, reason)]


def test_every_misfit_is_told() -> None:
    assert [at for _, at, _ in faults("client > 5 and client < 7")] == [9, 24]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("value", "money"),
        ("lines", "a list"),
        ("opportunity", "a record"),
        ("1 + 1", "a number"),
        ("[1..2]", "a range"),
        ("client", "text"),
    ],
)
def test_a_condition_is_true_or_false(text: str, said: str) -> None:
    assert faults(text, condition=True) == [
        ("E304", 2 if text == "1 + 1" else 0, f"Expected a condition, true or false, but this gives {said}.")
    ]


@pytest.mark.parametrize(
    "text", ["urgent", "opportunity.Closed", "value > 5", "anything", "lines[1] > 1", "not(urgent)"]
)
def test_what_can_be_true_or_false_is_a_condition(text: str) -> None:
    assert faults(text, condition=True) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1 + 1", Kind("number")),
        ("value + 1", Kind("money")),
        ("value / value", Kind("number")),
        ("go-live - go-live", Kind("duration")),
        ('go-live + duration("P1D")', ANY),
        ('go-live + @"P1D"', Kind("date")),
        ('@"P1D" + signed at', Kind("date and time")),
        ('@"P1M" + go-live', Kind("date")),
        ('@"P1M" * 2', Kind("months")),
        ('2 * @"P1D" / @"P1D"', Kind("number")),
        ("null + 1", ANY),
        ("-value", Kind("money")),
        ("-term", Kind("length")),
        ("urgent or urgent", Kind("boolean")),
        ("yearly in (1, 2)", Kind("boolean")),
        ("yearly in lines", Kind("boolean")),
        ("yearly in (<= 2, != 3, null)", Kind("boolean")),
        ("lines in [[1], [2]]", Kind("boolean")),
        ("if urgent then 1 else 2", Kind("number")),
        ('if urgent then 1 else "a"', ANY),
        ("lines", Kind("list", of=Kind("number"))),
        ("lines[1]", Kind("number")),
        ("lines[item > 1]", Kind("list", of=Kind("number"))),
        ("anything[1]", ANY),
        ("anything[item > 1]", ANY),
        ("[1, 2]", Kind("list", of=Kind("number"))),
        ('[1, "a"]', Kind("list")),
        ("[]", Kind("list")),
        ("for x in lines return x > 1", Kind("list", of=Kind("boolean"))),
        ("every x in lines satisfies x > 1", Kind("boolean")),
        ("{a: 1}", Kind("context")),
        ("function(a) a", Kind("function")),
        ("(function(a) a)(1)", ANY),
        ("count(lines)", Kind("number")),
        ("substring(string: client, start position: 1)", Kind("text")),
        ("sum(lines)", ANY),
        ("date(go-live)", Kind("date")),
        ("value instance of money", Kind("boolean")),
        ("Sign off the contract.by", Kind("text")),
        ("opportunity.Name", ANY),
        ("opportunity.Lines[Sum > 1]", ANY),
        ("(< 5)", Kind("range")),
        ("(= 5)", Kind("range")),
        ("upper case([client])", Kind("text")),
    ],
)
def test_the_kind_of_an_expression_is_known_where_it_is_certain(text: str, kind: Kind) -> None:
    assert expression(text).kind == kind


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        (FactKind("text"), Kind("text")),
        (FactKind("person"), Kind("text")),
        (FactKind("choice", options=("a", "b")), Kind("text", options=("a", "b"))),
        (FactKind("list", of=FactKind("money")), Kind("list", of=Kind("money"))),
        (FactKind("record", system="Jira", type="issue"), Kind("record")),
        (FactKind("something new"), ANY),
        (None, ANY),
    ],
)
def test_kinds_of_facts_are_kinds_of_conditions(fact: FactKind | None, kind: Kind) -> None:
    assert of_fact(fact) == kind


def test_a_kind_says_itself() -> None:
    assert [Kind(name).said() for name in ("number", "text", "date and time", "any")] == [
        "a number",
        "text",
        "a date and time",
        "anything",
    ]


def test_a_function_and_a_mapping_have_kinds() -> None:
    assert (of_value(len), of_value(MappingProxyType({}))) == ("function", "context")


def test_inside_a_filter_nothing_is_certain() -> None:
    assert read("opportunity.Lines[client > 5]", NAMES).faults == ()
    assert read("x.y", Names({"x": ANY})).faults == ()
