from __future__ import annotations

import pytest

from doorstep.reading.keys import STEP_KEYS, TITLE_KEYS, VERBS
from doorstep.reading.page import (
    After,
    Card,
    CardHandler,
    Confirm,
    Do,
    Doer,
    Due,
    EachOf,
    Expr,
    OrderOf,
    Place,
    Remind,
    Role,
    RunProcess,
    Starter,
    Until,
    Where,
    Who,
)
from doorstep.reading.text import Reading, read


def reading(*items: str) -> Reading:
    lines = "\n".join(f"- {item}" for item in items)
    return read(f"# T\n\n## S\n\n{lines}\n\n> said\n", file="p.md")


def card(*items: str) -> Card:
    """Return the card of a step that must have no fault of form."""
    found = reading(*items)
    assert [fault for fault in found.faults if fault.code != "E190"] == []
    made = found.page.steps[0].card
    assert made
    return made


def faults(*items: str) -> list[str]:
    return [str(fault) for fault in reading(*items).faults]


@pytest.mark.parametrize(
    ("key", "example"), [(key.name, text) for key in STEP_KEYS.values() for text in key.examples if text]
)
def test_each_example_of_a_key_is_read(key: str, example: str) -> None:
    beside = ["Do: jira.create"] if key == "Gives" else []
    assert card(*beside, f"{key}: {example}").places[-1] == (key, Place(5 + len(beside), 5 + len(key)))


@pytest.mark.parametrize(("key", "example"), [(key.name, text) for key in TITLE_KEYS.values() for text in key.examples])
def test_each_example_of_a_key_of_the_title_is_read(key: str, example: str) -> None:
    found = read(f"# T\n\n- {key}: {example}\n")
    assert {fault.code for fault in found.faults} <= {"E190", "W190"}
    assert found.page.card.places == ((key, Place(3, 5 + len(key))),)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("Where: Jira, in {release}", Card(where=Where("Jira", record="release"))),
        ("Where: salesforce, on { deal }", Card(where=Where("salesforce", record="deal"))),
        ("Where: Jira, new in DEP", Card(where=Where("Jira", new_in="DEP"))),
        ("Where: E-mail", Card(where=Where("e-mail"))),
        ("Confirm", Card(action=Confirm())),
        ("confirm:", Card(action=Confirm())),
        ("Due: two hours", Card(due=Due("2 hours"))),
        ("Remind: every day, twice", Card(remind=Remind("1 day", 2))),
        ("Only if: value > 3", Card(only_if=Expr("value > 3"))),
        ("Only if: Otherwise", Card(only_if=Expr("otherwise"))),
        ("Not before: value > 3", Card(not_before=Expr("value > 3"))),
        ("Not before: until {date}", Card(not_before_time="{date}")),
        ("Order: Any order, one at a time", Card(order=OrderOf("any order"))),
        ("Order: any order", Card(order=OrderOf("any order"))),
        ("Order: One of  them", Card(order=OrderOf("one of them"))),
        ("Order: two of them", Card(order=OrderOf("n of", 2))),
        ("Order: 1 of them", Card(order=OrderOf("n of", 1))),
        ("After: start", Card(after=After(()))),
        ('After: "start"', Card(after=After(("start",)))),
        ("After: A, B and C", Card(after=After(("A", "B", "C")))),
        ('After: any of "A, B" or “C and D”', Card(after=After(("A, B", "C and D"), any_of=True))),
        ("For each: country in {countries}", Card(each=EachOf("country", "countries"))),
        (
            "For each: item in a list in space, One at a time",
            Card(each=EachOf("item", "a list in space", one_at_a_time=True)),
        ),
        ("Until: 2 Approved", Card(until=Until(2, "approved"))),
        ("Until: 2 answered", Card(until=Until(condition=Expr("2 answered")))),
        ('Not by: whoever started this, whoever did "A, B"', Card(not_by=(Starter(), Doer("A, B")))),
        ("Same person as: whoever started this", Card(same_as=Starter())),
        ("Proof: Signature service", Card(proof="signature service")),
        ("Then: end", Card(then=CardHandler("end"))),
        ("Show: {client}, value", Card(show=("client", "value"))),
        ("See: [a, b](https://example.org), Handbook", Card(see=("[a, b](https://example.org)", "Handbook"))),
        ("Attach: {contract}", Card(attach=("contract",))),
        ("Again: Always", Card(again="always")),
        ("Checklist: Read-do", Card(checklist="read-do")),
        ("Control: SOX-14: b", Card(control="SOX-14: b")),
        ("**Who:** Legal counsel", Card(who=Who(Role("Legal counsel")))),
        ("due:2 hours", Card(due=Due("2 hours"))),
        ("*If  Late*: skip", Card(if_late=(CardHandler("skip"),))),
        ("if it fails: go on", Card(if_fails=(CardHandler("go on"),))),
    ],
)
def test_a_key_is_read(item: str, expected: Card) -> None:
    assert card(item) == expected


def test_what_a_call_gives_joins_the_call() -> None:
    assert card("Gives: key = id", "Do: jira.create") == Card(action=Do("jira", "create", gives=(("key", "id"),)))
    assert card("Run: Close it", "Gives: sum") == Card(action=RunProcess("Close it", gives=(("sum", "sum"),)))


def test_the_longest_known_name_wins_over_the_words_between() -> None:
    text = "# T\n\n## Review and approve\n- Who: A\n\n## Sign, or not\n- Who: A\n\n## S\n- Who: A\n- After: "
    steps = read(f"{text}Review and approve and Sign, or not, Else and other\n").page.steps
    assert steps[2].card
    assert steps[2].card.after == After(("Review and approve", "Sign, or not", "Else", "other"))


def test_a_value_over_several_lines_is_one() -> None:
    found = read("# T\n\n## S\n\n- Who: Legal counsel,\n  by e-mail\n- Due: 1\nhour\n- Show: {a},\n   b c,\n   (d\n")
    made = found.page.steps[0].card
    assert made
    assert (made.who, made.due) == (Who(Role("Legal counsel"), "e-mail"), Due("1 hour"))
    assert [(fault.code, fault.place) for fault in found.faults] == [("E107", Place(9, 9))]
    assert made.unread == ("Show: {a}, b c, (d",)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (("Who: A", "Deu: 1 hour"), 'p.md:6:3 E102 Expected a key of a card, but got "Deu". Did you mean "Due"?'),
        (("Who: A", "and so on"), 'p.md:6:3 E102 Expected a key of a card, but got "and so on".'),
        (("Who:",), "p.md:5:3 E103 Expected an addressee after Who, but nothing came."),
        (
            ("Due: 1 hour", "Who: A", "due: 2 hours"),
            "p.md:7:3 E105 Expected Due once on this card, but it came again; it first stands in line 5.",
        ),
        (("Approve: {c}", "Confirm"), "p.md:6:3 E106 Expected one verb on a card, but Confirm came after Approve."),
        (
            ("Who: A", "Owner: B"),
            "p.md:6:3 E119 Owner belongs on the card of the title, but it stands on the card of a step.",
        ),
        (("Who: A", "Gives: b"), "p.md:6:3 E121 Expected a Do or a Run beside Gives, but this card has none."),
        (
            ("Proof: fingerprint",),
            'p.md:5:10 E112 Expected one of link, mail, code, login, signature service for Proof, but got "fingerprint".',
        ),
        (("Again: alwys",), 'p.md:5:10 E112 Expected always for Again, but got "alwys". Did you mean "always"?'),
        (
            ("Order: all at onec",),
            (
                "p.md:5:10 E112 Expected one of in turn, all at once, any order, one at a time, first wins, 2 of them, one "
                'of them for Order, but got "all at onec". Did you mean "all at once"?'
            ),
        ),
        (
            ("Where: Jira, at home",),
            (
                'p.md:5:10 E113 Expected a channel and a record, as in "Jira, in {release}" or "Jira, new in DEP" for Where, '
                'but got "Jira, at home".'
            ),
        ),
        (
            ("For each: a of b",),
            (
                'p.md:5:13 E113 Expected an item and a list, as in "country in countries, one at a time" for For each, but '
                'got "a of b".'
            ),
        ),
        (
            ("After: ,",),
            'p.md:5:10 E113 Expected steps, as in "Sign" and "File", any of "Sign", "File", or start for After, but got ",".',
        ),
        (
            ("Same person as: Legal counsel",),
            'p.md:5:19 E108 Expected "whoever started this" or whoever did "Step", but got "Legal counsel".',
        ),
        (
            ("Who: A\n  - and B",),
            "p.md:5:3 E118 Expected one line of text in an item of a card, but got a list.",
        ),
        (
            ("Who: A\n\n  and B",),
            "p.md:5:3 E118 Expected one line of text in an item of a card, but got a second paragraph.",
        ),
        (("Who: A", "> B"), "p.md:6:3 E118 Expected one line of text in an item of a card, but got a quotation."),
        (("Who: A", ""), "p.md:6:3 E118 Expected one line of text in an item of a card, but got nothing."),
    ],
)
def test_a_fault_says_what_was_expected_and_what_came(items: tuple[str, ...], expected: str) -> None:
    assert faults(*items) == [expected]


def test_what_has_a_fault_is_kept_as_written() -> None:
    made = (
        reading("Who: A", "Due: soon", "Deu: 1 hour", "Who: B", "Gives: x", "", "Fill in: b\n  > c").page.steps[0].card
    )
    assert made
    assert made.unread == ("Due: soon", "Deu: 1 hour", "Who: B", "Gives: x", "Fill in: b\n> c")


def test_the_verbs_are_keys() -> None:
    assert set(VERBS) < set(STEP_KEYS)
