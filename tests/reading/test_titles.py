from __future__ import annotations

import pytest

from doorstep.reading.page import Address, Place, Role, Starts, TitleCard
from doorstep.reading.text import read
from doorstep.reading.titles import starters, write_start, write_starts


def title(*items: str) -> tuple[TitleCard, list[str]]:
    lines = "\n".join(f"- {item}" for item in items)
    found = read(f"# T\n\n{lines}\n", file="p.md")
    return found.page.card, [str(fault) for fault in found.faults]


def test_the_whole_card_is_read() -> None:
    assert title(
        "Owner: VP Customer Success",
        "expert: ana@northwind.example",
        "Group: Customer delivery",
        "Audience: Sales, Finance",
        "Called: {client}: {project}",
        "Starts: by hand, or from a Salesforce Opportunity",
        "Needed by: the same day, 6 pm",
        "Review: every twelve months",
        "Calendar: Germany",
        "Currency: eur",
        "Category: PCF 5.2.3",
        "Control: SOX-14",
    ) == (
        TitleCard(
            owner=Role("VP Customer Success"),
            expert=Address("ana@northwind.example"),
            group="Customer delivery",
            audience=("Sales", "Finance"),
            called="{client}: {project}",
            starts=(Starts("by hand"), Starts("record", "Salesforce Opportunity")),
            needed_by="the same day, 18:00",
            review="12 months",
            calendar="Germany",
            currency="EUR",
            category="PCF 5.2.3",
            control="SOX-14",
        ),
        [],
    )


@pytest.mark.parametrize(
    ("written", "expected", "canonical"),
    [
        ("by hand", Starts("by hand"), "by hand"),
        ("By hand by Account manager", Starts("by hand", "Account manager"), "by hand by Account manager"),
        ("by e-mail to close@x.example", Starts("mail", "close@x.example"), "by mail to close@x.example"),
        ("by mail", Starts("mail"), "by mail"),
        ("from an Asana Task", Starts("record", "Asana Task"), "from an Asana Task"),
        ("From Jira issue", Starts("record", "Jira issue"), "from a Jira issue"),
        ("at a change of a Jira issue", Starts("change", "Jira issue"), "at a change of a Jira issue"),
        ("every Monday", Starts("schedule", "every Monday"), "every Monday"),
        ("by a webhook", Starts("webhook"), "by webhook"),
        ("by another process", Starts("process"), "by another process"),
        ("by process Close it", Starts("process", "Close it"), "by process Close it"),
    ],
)
def test_a_way_to_start_is_read_and_written(written: str, expected: Starts, canonical: str) -> None:
    card, _ = title(f"Starts: by hand, or {written}")
    assert card.starts == (Starts("by hand"), expected)
    assert write_start(expected) == canonical
    assert title(f"Starts: {write_starts(card.starts)}")[0] == card


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("by hand", ()),
        ("by hand, from a Jira issue", ()),
        ("from a Jira issue", ()),
        ("by hand by Account manager, from a Jira issue", ("Account manager",)),
        ("by hand by Account manager or ana@northwind.example", ("Account manager", "ana@northwind.example")),
        ("by hand by Health and safety lead, or by hand by Clerk", ("Health and safety lead", "Clerk")),
        ("by hand by Clerk, or by hand", ()),
    ],
)
def test_those_who_may_start_are_named(said: str, who: tuple[str, ...]) -> None:
    card, faults = title(f"Starts: {said}")
    assert (starters(card), faults) == (who, [])


def test_each_way_to_start_knows_where_it_stands() -> None:
    card, _ = title("Starts: by hand, or from a Jira issue")
    assert [start.place for start in card.starts] == [Place(3, 11), Place(3, 23)]


def test_review_needs_no_every() -> None:
    assert title("Review: 6 months")[0].review == "6 months"


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (
            "Starts: by hnad",
            (
                'p.md:3:11 E113 Expected "by hand", "from a Salesforce Opportunity" or another way to start for Starts, but '
                'got "by hnad". Did you mean "by hand"?'
            ),
        ),
        (
            "Currency: Euro",
            'p.md:3:13 E113 Expected a currency of three letters, such as EUR for Currency, but got "Euro".',
        ),
        (
            "Review: sometimes",
            'p.md:3:11 E109 Expected a length of time such as "4 hours" or "1 working day" for Review, but got "sometimes".',
        ),
        ("Due: 1 hour", "p.md:3:3 E119 Due belongs on the card of a step, but it stands on the card of the title."),
    ],
)
def test_what_the_card_cannot_say_is_a_fault(item: str, expected: str) -> None:
    assert title(item) == (TitleCard(unread=(item,)), [expected])


def test_what_is_not_in_this_version_warns_while_the_page_can_start_otherwise() -> None:
    _, faults = title("Starts: by hand, or by mail to close@x.example, every Monday")
    assert faults == [
        "p.md:3:23 W190 Starts by mail to close@x.example is not in this version: start it by hand or from a record.",
        "p.md:3:51 W190 Starts every Monday is not in this version: start it by hand or from a record.",
    ]


def test_a_page_that_cannot_start_in_this_version_is_an_error() -> None:
    _, faults = title("Starts: by webhook", "Again: every 12 months")
    assert faults == [
        (
            "p.md:3:11 E190 Starts: by webhook, without another way to start, is not in this version: the page can be read "
            "but not run."
        ),
        "p.md:4:10 E190 Again on a process is not in this version: the page can be read but not run.",
    ]
