"""Where facts come from, and when."""

from __future__ import annotations

import pytest
from tests.reading.checking import faults
from tests.reading.test_check_flow import steps

from doorstep.kernel.program import Kind, Link, Node, Program
from doorstep.reading.check_facts import check_facts
from doorstep.reading.compile_names import Naming
from doorstep.reading.page import Page

GIVER = (
    "Z: Who: Z; Fill in: size (number), when (date), who (person), kinds (list of text), paper (file), held (yes/no)"
)
LATER = '"Z" gives it, and comes later.'


@pytest.mark.parametrize(
    ("card", "place", "fact"),
    [
        ("Who: A; Only if: size > 5", "4:12", "size"),
        ("Who: A; Not before: held", "4:15", "held"),
        ("Who: A; Not before: 2 days before {when}", "4:15", "when"),
        ("Who: A; Due: {when}", "4:8", "when"),
        ("Who: A; Show: {size}", "4:9", "size"),
        ("Who: A; Attach: {paper}", "4:11", "paper"),
        ("Who: A; Approve: {size}; If rejected: go on", "4:12", "size"),
        ("Who: {who}", "3:8", "who"),
        ("Tell: {who}", "3:9", "who"),
        ("Wait: until {when}", "3:9", "when"),
        ('Wait: for "paid" about {size}', "3:9", "size"),
        ("For each: kind in kinds; Who: A", "3:13", "kinds"),
        ("Who: each of {kinds}", "3:8", "kinds"),
        ("Set: deal.Size = size", "3:8", "size"),
        ("Do: jira.create (size = size)", "3:7", "size"),
    ],
)
def test_a_fact_read_before_it_is_given_is_told_where_it_is_read(card: str, place: str, fact: str) -> None:
    text = steps(f"A: {card}", GIVER)
    text = text.replace("\n## Z", "\n> Hello.\n\n## Z") if card.startswith("Tell") else text
    assert faults(text) == [f'{place} E415 This step reads "{fact}", but nothing gives it before: {LATER}']


@pytest.mark.parametrize(
    "text",
    [
        steps(GIVER, "A: Who: A; Only if: size > 5; Show: {size}; Due: {when}"),
        steps("A: Who: A; Done when: size > 5", GIVER),  # watched until it is so
        steps("A: Who: A; Show: {contract}", "B: Who: B; Fill in: contract (file)"),  # whoever starts gives it
        steps("A: Who: A; Show: {client}", "B: Who: B; Fill in: client (text)"),  # made from a record
        steps("G: Order: all at once", ">A: Who: A; Only if: x > 5", ">B: Who: B; Fill in: x (number)"),  # beside
        steps("A: Who: A; Fill in: x (number); Done when: x > 5"),
        steps(
            'A: Who: A; If rejected: "R", then ask again (at most 2 times)',
            "R: Who: R; Show: {x}",
            "B: Who: B; Fill in: x (number)",
        ),
        steps(
            'A: Who: A; Show: {x}; If rejected: "R", then ask again (at most 2 times)', "R: Who: R; Fill in: x (number)"
        ),
        steps("A: Who: A; Fill in: x (number)", "B: Who: B; Show: {x}", "C: Who: C; Fill in: x (number)"),
        steps(
            "G: For each: land in countries",
            ">A: Who: A; Fill in: x (number)",
            ">B: Who: B; Only if: x > 5; Show: {land}",
        ),
        steps("A: Who: A; Fill in: x (number)", "G: Only if: x > 5", ">B: Who: B"),
    ],
)
def test_a_fact_that_may_be_there_is_left_alone(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            steps("A: Who: A; Fill in: x (number); Only if: x > 5"),
            '5:12 E415 This step reads "x", but nothing gives it before: it gives it itself.',
        ),
        (
            steps("G: Only if: x > 5", ">B: Who: B; Fill in: x (number)"),
            '3:12 E415 This step reads "x", but nothing gives it before: "B" gives it, and comes later.',
        ),
        (
            steps("G: ", ">A: Who: A; Show: {x}", "H: Order: all at once", ">B: Who: B; Fill in: x (number)"),
            '7:9 E415 This step reads "x", but nothing gives it before: "B" gives it, and comes later.',
        ),
    ],
)
def test_a_step_does_not_give_to_its_own_turn(text: str, found: str) -> None:
    assert faults(text) == [found]


TOP = """# Close

| Fact | Kind | From |
|---|---|---|
| size | number | Measure |
| twice | number | size * 2 |
| deal | Salesforce Opportunity | whoever starts |
| value | money | deal.Amount |

"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            steps("A: Who: A; Only if: B.rejected", "B: Who: B"),
            '4:12 E415 This step reads "B.rejected", but nothing gives it before: that step comes later.',
        ),
        (
            steps("A: Who: A; Not before: B.done", "B: Who: B"),
            '4:15 E415 This step reads "B.done", but nothing gives it before: that step comes later.',
        ),
        (
            steps("A: Who: A; Not before: A.done"),
            '4:15 E415 This step reads "A.done", but nothing gives it before: that is this step.',
        ),
        (
            steps("A: Who: A; Where: Jira, in {ticket}", "B: Who: B; Fill in: ticket"),
            f'4:10 E415 This step reads "ticket", but nothing gives it before: {LATER}'.replace("Z", "B"),
        ),
        (
            steps("A: Tell: {client}") + "> Live on {x}.\n\n" + steps("B: Who: B; Fill in: x"),
            f'3:9 E415 This step reads "x", but nothing gives it before: {LATER}'.replace("Z", "B"),
        ),
    ],
)
def test_what_a_later_step_answers_is_not_there_yet(text: str, found: str) -> None:
    assert faults(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        steps("A: Who: A; Only if: B.round > 1", "B: Who: B"),
        steps("A: Who: A", "B: Who: B; Only if: A.rejected; Not before: A.done"),
        steps("A: Who: A; Done when: B.done", "B: Who: B"),
        steps("G: Order: all at once", ">A: Who: A; Not before: B.done", ">B: Who: B"),
        steps(
            'A: Who: A; If rejected: "R", then ask again (at most 2 times)',
            "R: Who: R; Only if: A.rejected",
            "B: Who: B",
        ),
    ],
)
def test_what_a_step_before_or_beside_answers_may_be_read(text: str) -> None:
    assert faults(text) == []


def test_a_derived_fact_needs_what_it_is_made_from() -> None:
    text = steps("A: Who: A; Show: {twice}", "Measure: Who: B; Fill in: size (number)")
    assert faults(text, top=TOP) == [
        '4:9 E415 This step reads "size", but nothing gives it before: "Measure" gives it, and comes later.'
    ]
    assert faults(steps("Measure: Who: B; Fill in: size (number)", "A: Who: A; Show: {twice}"), top=TOP) == []


def test_a_derived_fact_may_read_a_step() -> None:
    top = TOP.replace("size * 2", "Measure.done")
    assert faults(steps("A: Who: A; Show: {twice}", "Measure: Who: B; Fill in: size (number)"), top=top) == []


def test_a_group_that_gives_is_told_for_what_it_is() -> None:
    found = faults(steps("G: Fill in: x (number)", ">A: Who: A; Show: {x}"))
    assert found == [
        "3:12 E407 Expected Fill in on a step of its own, but this heading has steps below it and is a group."
    ]


def test_a_step_gives_what_the_table_says() -> None:
    found = faults(steps("Measure: Who: B"), top=TOP)
    assert found == ['-4:3 E419 Expected "Measure" to give size, as the table of facts says, but its card does not.']
    quoted = TOP.replace("| Measure |", '| "Measure" |')
    assert faults(steps("Measure: Who: B; Fill in: size"), top=quoted) == []


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (
            "| a | number | a + 1 |\n",
            ["-1:3 E305 Expected facts that come from somewhere, but these come from each other: a."],
        ),
        (
            "| a | number | b + 1 |\n| b | number | c |\n| c | number | b |\n| d | number | a + c |\n",
            ["-4:3 E305 Expected facts that come from somewhere, but these come from each other: b, c."],
        ),
        ("| a | number | b + c |\n| b | number | c |\n| c | number | 5 |\n", []),
    ],
)
def test_facts_made_from_each_other_are_told_once(rows: str, found: list[str]) -> None:
    top = "# A\n\n| Fact | Kind | From |\n|---|---|---|\n" + rows + "\n"
    assert faults(steps("A: Who: A"), top=top) == found


@pytest.mark.parametrize(
    ("last", "found"),
    [
        ("Who: B; Fill in: contract (file)", '"contract"'),
        ("Who: B; Fill in: value (money)", '"value"'),
        ("Do: jira.create (a = 1); Gives: contract = file", '"contract"'),
        ("Set: deal.Amount = 5", '"value"'),
        ("Set: deal.Date = day", '"when"'),
    ],
)
def test_what_is_approved_is_not_changed_after_it(last: str, found: str) -> None:
    text = steps(
        "Look: Who: L; Fill in: when (date, deal.Date)",
        "A: Who: A; Approve: {contract}, {value}, {when}; If rejected: go on",
        f"B: {last}",
    )
    assert faults(text) == [
        f'12:1 E414 This step changes {found}, which "A" has approved before: it would be asked to approve again each time.'
    ]


@pytest.mark.parametrize(
    "text",
    [
        steps("B: Who: B; Fill in: contract (file)", "A: Who: A; Approve: {contract}; If rejected: go on"),
        steps(
            'A: Who: A; Approve: {contract}; If rejected: "R", then ask again (at most 2 times)',
            "R: Who: R; Fill in: contract (file)",
            "C: Who: C",
        ),
        steps(
            "A: Who: A; Approve: {contract}; If rejected: go on",
            'B: Set: deal.Stage = "x"',
            "C: Who: C; Fill in: x (text)",
        ),
        steps(
            "G: Order: all at once",
            ">A: Who: A; Approve: {contract}; If rejected: go on",
            ">B: Who: B; Fill in: contract (file)",
        ),
    ],
)
def test_what_is_changed_before_or_by_a_repair_is_left_alone(text: str) -> None:
    assert faults(text) == []


def test_a_program_with_links_to_nowhere_is_not_looked_at() -> None:
    naming = Naming(Page("A"), {})
    broken = Program((Node("", "A", Kind.GROUP, parent=None), Node("B", "B", Kind.GROUP, links=(Link("C"),))))
    check_facts(naming, broken)
    assert naming.report.faults == []
