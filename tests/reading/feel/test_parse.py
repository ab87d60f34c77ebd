"""What is no expression: where, why, and the mend."""

from __future__ import annotations

import pytest
from tests.reading.feel.scopes import NAMES, expression, faults, value

from doorstep.reading.feel import Names, read
from doorstep.reading.feel.kinds import ANY


@pytest.mark.parametrize(
    ("text", "code", "at", "reason"),
    [
        ("", "E301", 0, "Expected a condition, but got nothing."),
        ("   ", "E301", 0, "Expected a condition, but got nothing."),
        ("value >", "E301", 7, "Expected a fact, a step or a value, but the condition ends here."),
        ("value > )", "E301", 8, 'Expected a fact, a step or a value, but got ")".'),
        ("value 5", "E301", 6, 'Expected the end of the condition, or and, or, a comparison, but got "5".'),
        ('"abc', "E301", 0, 'The text that begins here has no end: expected a closing ".'),
        ('client = "abc\\"', "E301", 9, 'The text that begins here has no end: expected a closing ".'),
        ("(1 + 2", "E301", 6, "Expected ) to close the bracket, but the condition ends here."),
        ("[1, 2", "E301", 5, "Expected , or ] in the list, but the condition ends here."),
        ("[1 2]", "E301", 3, 'Expected , or ] in the list, but got "2".'),
        ("[1, ", "E301", 4, "Expected a value, but the condition ends here."),
        ("count(", "E301", 6, "Expected a value, but the condition ends here."),
        ("count(lines", "E301", 11, "Expected , or ) after an argument, but the condition ends here."),
        ("[1..2", "E301", 5, "Expected ] or ) after the range, but the condition ends here."),
        ("]1, 2[", "E301", 2, 'Expected .. in the range, but got ",".'),
        ("lines[1", "E301", 7, "Expected ] after the filter, but the condition ends here."),
        ("yearly in (1", "E301", 12, "Expected ) after the values, but the condition ends here."),
        ("yearly between 1 or 2", "E301", 17, 'Expected and in between … and …, but got "or".'),
        ("if urgent 1", "E301", 10, 'Expected then in if … then … else …, but got "1".'),
        ("if urgent then 1", "E301", 16, "Expected else in if … then … else …, but the condition ends here."),
        ("for x lines", "E301", 11, "Expected in after the name of the item, but the condition ends here."),
        ("for 1 in lines", "E301", 4, 'Expected a name for the item, but got "1".'),
        ("for x in lines", "E301", 14, "Expected return in for … in … return …, but the condition ends here."),
        ("some x in lines", "E301", 15, "Expected satisfies in some … in … satisfies …, but the condition ends here."),
        ("function x", "E301", 9, 'Expected ( after function, but got "x".'),
        (
            "function(a b) a",
            "E302",
            14,
            '"a" is not a fact or a step. Facts and steps are written as on the page, text in double quotes.',
        ),
        ("function(a, 1) a", "E301", 12, 'Expected the name of a parameter, but got "1".'),
        ("function(a: number; b) a", "E301", 18, 'Expected , or ) after a parameter, but got ";".'),
        ("{a 1}", "E301", 0, "A condition names facts without braces, as in value > 25000."),
        ("{(1)}", "E301", 1, 'Expected the name of a field, but got "(".'),
        ("{a: 1", "E301", 5, "Expected , or } in the record, but the condition ends here."),
        ('{"a" 1}', "E301", 5, 'Expected : after the name of a field, but got "1".'),
        ("{a: 1, a: 2}", "E301", 7, '"a" stands twice in this record.'),
        ("value instance of 5", "E301", 18, 'Expected the name of a type, but got "5".'),
        ("opportunity.5", "E301", 12, 'Expected the name of a field after the dot, but got "5".'),
        ("opportunity.", "E301", 12, "Expected the name of a field after the dot, but the condition ends here."),
        ('@"soon"', "E301", 0, 'Expected a date, a time or a duration after @, but got "soon".'),
        ("@5", "E301", 0, 'Expected a fact, a step or a value, but got "@".'),
        ("1e999", "E301", 0, "1e999 is beyond what can be counted."),
        ("lines instance of list<number", "E301", 29, "Expected > after the type, but the condition ends here."),
        (
            "yearly in (1,200) 5",
            "E301",
            18,
            'Expected the end of the condition, or and, or, a comparison, but got "5".',
        ),
        # mends
        ("value == 5", "E301", 6, 'Write = to compare, as in status = "Done".'),
        ("value = 5 && urgent", "E301", 10, "Write and between two conditions."),
        ("urgent || urgent", "E301", 7, "Write or between two conditions."),
        ("value <> 5", "E301", 6, "Write != for unequal."),
        ("!urgent", "E301", 0, "Write not(…) to turn a condition around."),
        ("client = 'Ada'", "E301", 9, 'Text stands in double quotes, as in "Done".'),
        ("client = “Ada”", "E301", 9, 'Text stands in straight double quotes, as in "Done".'),
        ("{value} > 5", "E301", 0, "A condition names facts without braces, as in value > 25000."),
        ("5 < {value}", "E301", 4, "A condition names facts without braces, as in value > 25000."),
        ("value > 5 %", "E301", 10, "There is no percent sign: write 0.05 for 5 %."),
        ("value > EUR 25,000", "E303", 8, "amount"),
        ("value > €25.000", "E303", 8, "amount"),
        ("value > 25,000", "E303", 8, "amount"),
        ("value > 25 000 and urgent", "E303", 8, "amount"),
        # names
        ("valeu > 5", "E302", 0, '"valeu" is not a fact or a step. Did you mean "value"?'),
        ("urgent and valu > 5", "E302", 11, '"valu" is not a fact or a step. Did you mean "value"?'),
        ("go-life = null", "E302", 0, '"go-life" is not a fact or a step. Did you mean "go-live"?'),
        (
            "Done",
            "E302",
            0,
            '"Done" is not a fact or a step. Facts and steps are written as on the page, text in double quotes.',
        ),
        (
            "zyx qwv(1)",
            "E302",
            0,
            '"zyx qwv" is not a fact or a step. Facts and steps are written as on the page, text in double quotes.',
        ),
        (
            "Sign off the contrcat.approved",
            "E302",
            0,
            '"Sign off the contrcat" is not a fact or a step. Did you mean "Sign off the contract"?',
        ),
        ("Sign off the contract", "E302", 0, "step"),
        ("Sign off the contract.aproved", "E302", 22, "offer"),
        ("Sign off the contract.", "E302", 22, "offer"),
        ('step("Sign it").done', "E302", 5, '"Sign it" is not a step of this page.'),
        (
            'step("Sign of the contract").done',
            "E302",
            5,
            '"Sign of the contract" is not a step of this page. Did you mean "Sign off the contract"?',
        ),
        (
            "step(Review).done",
            "E301",
            5,
            'Expected the name of a step in double quotes, as in step("Review"), but got "Review".',
        ),
        ('step("Review"', "E301", 13, "Expected ) after the name of the step, but the condition ends here."),
    ],
)
def test_a_fault_says_where_and_why(text: str, code: str, at: int, reason: str) -> None:
    if reason == "amount":
        written = text[8:].removesuffix(" and urgent")
        number = "25.000" if "." in written else "25000"
        reason = f'"{written}" is not a number a condition can read. Write {number}: money compares with a number in the currency of the process.'
    offers = "done, approved, rejected, skipped, late, round, by, at, answers"
    if reason == "step":
        reason = f'"{text}" is a step: say what of it with a dot and one of {offers}.'
    if reason == "offer":
        reason = f'A step offers {offers}, but not "{text[22:]}".'
    assert faults(text) == [(code, at, reason)]


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("value == 5", "="),
        ("!urgent", "not("),
        ("{value} > 5", "value"),
        ("value > EUR 25,000", "25000"),
        ("valeu > 5", "value"),
        ("Sign off the contract.aproved", "approved"),
        ('step("Sign of the contract").done', "Sign off the contract"),
        ("client = 'Ada'", None),
    ],
)
def test_a_fault_proposes_what_to_write(text: str, suggestion: str | None) -> None:
    (fault,) = read(text, NAMES).faults
    assert fault.suggestion == suggestion


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("yearly spend > 5", {"yearly spend"}),
        ("yearly = 5", {"yearly"}),
        ("yearly-1 = 5", {"yearly"}),
        ("go-live = null", {"go-live"}),
        ("Are we done?.done", {"#k3"}),
        ("Review.done", {"#k2"}),
        ('Review = "x"', {"Review"}),
        ('date = "x"', {"date"}),
        ('date("2026-01-01") = null', set()),
        ("opportunity.Account.Name = client", {"opportunity", "client"}),
        ("opportunity.Sum in (1, 2)", {"opportunity"}),
        ("some value in lines satisfies value > 1", {"lines", "value"}),
        ("not(urgent)", {"urgent"}),
        ("not( urgent )", {"urgent"}),
        ("value>5and urgent", {"value", "urgent"}),
    ],
)
def test_the_longest_known_name_wins(text: str, reads: set[str]) -> None:
    assert expression(text).reads == reads


def test_a_name_ends_with_a_word() -> None:
    names = Names({"go": ANY, "go live": ANY})
    assert read("golive", names).expression is None
    found = read("go live = go", names).expression
    assert found is not None
    assert found.reads == {"go", "go live"}


def test_a_name_without_letters_stands_nowhere() -> None:
    names = Names({"": ANY})
    assert read("5", names).faults == ()
    assert names.kind("nobody") == ANY
    assert [names.within({"x": ANY}).has_fact(name) for name in ("x", "", "nobody")] == [True, True, False]


def test_inner_names_hide_outer_ones() -> None:
    assert value("some yearly in [9] satisfies yearly = 9") is True
    assert value("{yearly: 9, b: yearly}.b") == 9
    assert value("(function(yearly) yearly)(9)") == 9


def test_a_field_may_be_named_like_nothing_known_inside_a_filter() -> None:
    assert value("opportunity.Lines[Sum = 1].Sum") == (1,)
    assert value("opportunity.Lines[Nothing = 1]") == ()


@pytest.mark.parametrize(
    "text", ["(" * 200 + "1" + ")" * 200, "[" * 200, "not(" * 200, "-" * 200 + "1", "if urgent then " * 200]
)
def test_what_is_nested_too_deep_is_refused(text: str) -> None:
    ((code, at, why),) = faults(text)
    assert (code, why) == ("E301", "A condition may be nested 50 levels deep, but this one is deeper.")
    assert at > 0


@pytest.mark.parametrize(
    "text", ["1" + "+1" * 400, "urgent" + " and urgent" * 320, "opportunity" + ".a" * 400, "lines" + "[1]" * 400]
)
def test_what_has_too_many_operations_is_refused(text: str) -> None:
    ((code, _, why),) = faults(text)
    assert (code, why) == ("E301", "A condition may have 300 operations, but this one has more.")


def test_what_is_too_long_is_refused() -> None:
    assert faults('"' + "a" * 4_000 + '"') == [
        ("E301", 0, "A condition may have 4,000 characters, but this one has 4,002.")
    ]


def test_what_is_as_large_as_allowed_runs() -> None:
    assert value("1" + "+1" * 299) == 300
    assert value("(" * 48 + "1" + ")" * 48) == 1
