from __future__ import annotations

import pytest

from doorstep.reading import verbs
from doorstep.reading.page import (
    Action,
    AnswerIt,
    Approve,
    Choose,
    Confirm,
    Decide,
    Do,
    Expr,
    FactHolder,
    FactKind,
    Field,
    FillIn,
    Place,
    Read,
    Role,
    RunProcess,
    SetFields,
    Starter,
    Tell,
    Wait,
)
from doorstep.reading.phrase import Phrase, Unreadable

DATE = FactKind("date")
EACH: list[tuple[str, str, Action, str]] = [
    ("Confirm", "", Confirm(), ""),
    ("Confirm", "it is live", Confirm("it is live"), "it is live"),
    (
        "Approve",
        "{contract}, {value}, {contract}",
        Approve(("contract", "value"), "{contract}, {value}, {contract}"),
        "",
    ),
    ("Approve", "the plan", Approve((), "the plan"), "the plan"),
    (
        "Fill in",
        "go-live (date, opportunity.Go-live date), {contact}, size (choice (S, L))",
        FillIn(
            (
                Field("go-live", DATE, "opportunity.Go-live date"),
                Field("contact"),
                Field("size", FactKind("choice", options=("S", "L"))),
            )
        ),
        "go-live (date, opportunity.Go-live date), contact, size (choice (S, L))",
    ),
    ("Fill in", "contact ()", FillIn((Field("contact"),)), "contact"),
    ("Choose", "size (small, very (very) large)", Choose("size", ("small", "very (very) large")), ""),
    ("Read", "the rule, all of it", Read("the rule, all of it"), ""),
    ("Answer", "{reason}", AnswerIt("reason"), "reason"),
    (
        "Do",
        'jira.add comment (text = "a, b", issue = release)',
        Do("jira", "add comment", (("text", Expr('"a, b"')), ("issue", Expr("release")))),
        "",
    ),
    ("Do", "clock.tick", Do("clock", "tick"), "clock.tick"),
    (
        "Set",
        'deal.Stage = "Won", linked deal.Close date = today()',
        SetFields((("deal", "Stage", Expr('"Won"')), ("linked deal", "Close date", Expr("today()")))),
        "",
    ),
    ("Decide", "discount", Decide("discount", "unique"), "discount, unique"),
    ("Decide", "discount, Rule order", Decide("discount", "rule order"), "discount, rule order"),
    ("Wait", "two days", Wait("2 days"), "2 days"),
    ("Wait", "until {date}", Wait("{date}"), "until {date}"),
    ("Wait", "2026-03-12", Wait("2026-03-12"), "until 2026-03-12"),
    ("Wait", "30 days before {date}", Wait("30 days before {date}"), "30 days before {date}"),
    (
        "Wait",
        'for "payment received" about {invoice}',
        Wait(message="payment received", about=Expr("invoice")),
        'for "payment received" about {invoice}',
    ),
    ("Wait", "for “a”", Wait(message="a"), 'for "a"'),
    ("Wait", 'for "a" about f(x)', Wait(message="a", about=Expr("f(x)")), 'for "a" about f(x)'),
    (
        "Run",
        "Close the books (month = last month)",
        RunProcess("Close the books", (("month", Expr("last month")),)),
        "",
    ),
    ("Run", "Close the books", RunProcess("Close the books"), ""),
    (
        "Tell",
        "{contact}, by mail, from whoever started this",
        Tell(FactHolder("contact"), "e-mail", Starter()),
        "{contact}, by e-mail, from whoever started this",
    ),
    ("Tell", "Legal counsel", Tell(Role("Legal counsel")), "Legal counsel"),
]


@pytest.mark.parametrize(("key", "written", "expected", "canonical"), EACH)
def test_a_verb_is_read_and_written(key: str, written: str, expected: Action, canonical: str) -> None:
    read = verbs.READERS[key]
    assert read(Phrase(written, 1, 1)) == expected
    assert verbs.write_action(expected) == (key, canonical or written)
    assert read(Phrase(canonical or written, 1, 1)) == expected


def test_an_approval_made_by_hand_names_what_it_covers() -> None:
    assert verbs.write_action(Approve(("contract", "value"))) == ("Approve", "{contract}, {value}")


def test_what_comes_back_is_read_and_written() -> None:
    assert verbs.read_gives(Phrase("number = id, {link} = self.url, key", 1, 1)) == (
        ("number", "id"),
        ("link", "self.url"),
        ("key", "key"),
    )
    assert verbs.write_gives((("number", "id"), ("key", "key"))) == "number = id, key = key"


def test_expressions_know_where_they_stand() -> None:
    action = verbs.read_set(Phrase('a.F = 1, b.G = "x"', 4, 10))
    assert [value.place for _, _, value in action.assignments] == [Place(4, 16), Place(4, 25)]
    wait = verbs.read_wait(Phrase('for "a" about { invoice }', 4, 10))
    assert wait.about
    assert (wait.about.text, wait.about.place) == ("invoice", Place(4, 26))


@pytest.mark.parametrize(
    ("key", "written", "code", "column"),
    [
        ("Fill in", "go-live (date", "E107", 1),
        ("Fill in", "a (date) b", "E113", 1),
        ("Fill in", "a (date, b, c)", "E113", 1),
        ("Fill in", "b, a.b", "E203", 4),
        ("Fill in", "b, a (datum)", "E202", 7),
        ("Choose", "size", "E113", 1),
        ("Choose", "size (a) b", "E113", 1),
        ("Choose", "2 (a)", "E203", 1),
        ("Answer", "a, b", "E203", 1),
        ("Do", "create an issue", "E113", 1),
        ("Do", "jira.create (= 3)", "E113", 14),
        ("Do", "jira.create (a = )", "E113", 14),
        ("Set", "deal = 3", "E113", 1),
        ("Set", "deal.Stage", "E113", 1),
        ("Set", "deal.Stage =", "E113", 1),
        ("Set", "a.b = 1, (.c = 2", "E107", 1),
        ("Decide", "discount, best", "E112", 11),
        ("Decide", "discount, first, last", "E112", 18),
        ("Wait", "a while", "E109", 1),
        ("Run", "Close (a) it", "E113", 1),
        ("Tell", "Legal counsel, soon", "E113", 16),
        ("Tell", "Legal counsel, by Jira, by e-mail", "E113", 25),
        ("Tell", "Legal counsel, from A, from B", "E113", 24),
    ],
)
def test_a_value_that_has_not_the_form_says_where(key: str, written: str, code: str, column: int) -> None:
    with pytest.raises(Unreadable) as fault:
        verbs.READERS[key](Phrase(written, 1, 1))
    assert (fault.value.code, fault.value.place.column) == (code, column)
    assert str(fault.value).startswith("Expected")
