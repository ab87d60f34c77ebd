"""The one entry: a page is read, its program made, its faults told in order."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reading.checking import TOP
from tests.reading.made import pages

from doorstep.kernel.program import Program
from doorstep.reading.check import check
from doorstep.reading.directory import Listed
from doorstep.reading.page import Page, Place
from doorstep.reading.writing import write

FRIDAY = """# Close a client project

- Owner: VP Customer Success
- Expert: ana@northwind.example
- Group: Customer delivery
- Called: {client}: {project}
- Starts: by hand, or from a Salesforce Opportunity
- Needed by: the same day, 18:00

Take a project from "the work is done" to "the client has it".

| Fact | Kind | From |
|---|---|---|
| opportunity | Salesforce Opportunity | whoever starts |
| client | text | opportunity.Account.Name |
| project | text | opportunity.Name |
| value | money | opportunity.Amount |
| release | Jira issue | opportunity.Release |
| contract | file | whoever starts |

## Three confirmations

- Order: all at once

### Confirm the deployment

- Who: Delivery engineer
- Where: Jira, in {release}
- Done when: release.Status = "Done"
- Due: 1 hour
- If late: also ask Engineering manager

Look at production, not at staging.

- [ ] The release tag matches the statement of work
- [ ] ! The rollback was tried this week

### Sign off the contract

- Who: Legal counsel, by e-mail
- Approve: {contract}, {value}
- Not by: whoever started this
- Due: 1 working day
- If rejected: "Amend the contract", then ask again (at most 3 times)

### Amend the contract

- Who: whoever started this
- Fill in: contract (file)

### Confirm logistics

- Who: VP Customer Success
- Where: Salesforce, on {opportunity}
- Fill in: go-live (date, opportunity.Go-live date), contact (e-mail address, opportunity.Delivery contact)

## Update the CRM

- Set: opportunity.Delivery status = "Delivered"

## Tell the client

- Tell: {contact}, by e-mail, from whoever started this
- Attach: {contract}

> {project} is live on {go-live}. The contract we both agreed is attached.
"""
NORTHWIND = Listed(
    roles=("VP Customer Success", "Delivery engineer", "Engineering manager", "Legal counsel"),
    people=("ana@northwind.example",),
    channels=("e-mail", "Jira", "Salesforce"),
    systems=("Jira", "Salesforce"),
)


def test_the_friday_page_is_without_faults() -> None:
    checked = check(FRIDAY, file="friday.md", directory=NORTHWIND)
    assert [str(fault) for fault in checked.faults] == []
    assert isinstance(checked.program, Program)
    assert [(node.key, node.kind.value, [link.source for link in node.links]) for node in checked.program.nodes] == [
        ("", "group", []),
        ("Three confirmations", "group", []),
        ("Confirm the deployment", "ask", []),
        ("Sign off the contract", "ask", []),
        ("Amend the contract", "ask", []),
        ("Confirm logistics", "ask", []),
        ("Update the CRM", "action", ["Three confirmations"]),
        ("Tell the client", "tell", ["Update the CRM"]),
    ]


def test_the_program_carries_the_hash_of_the_text() -> None:
    checked = check(FRIDAY)
    assert checked.program is not None
    assert checked.program.hash == hashlib.sha256(FRIDAY.encode()).hexdigest()
    assert checked.program == checked.compiled.program


def test_an_error_leaves_no_program_but_what_could_be_made() -> None:
    checked = check(FRIDAY.replace("Legal counsel", "Legal council"), file="friday.md", directory=NORTHWIND)
    assert [str(fault) for fault in checked.errors] == [
        'friday.md:40:8 E104 "Legal council" is not a role. Did you mean "Legal counsel"?'
    ]
    assert checked.program is None
    assert checked.compiled.steps["Sign off the contract"].name == "Sign off the contract"


def test_warnings_alone_leave_the_program() -> None:
    checked = check(FRIDAY.replace("(at most 3 times)", ""))
    assert ([fault.code for fault in checked.faults], checked.errors) == (["W401"], ())
    assert checked.program is not None


def test_faults_stand_in_the_order_of_the_text() -> None:
    checked = check(
        FRIDAY.replace("release.Status", "relase.Status").replace("text | opportunity.Name", "text | oportunity.Name"),
        file="f.md",
    )
    assert [str(fault) for fault in checked.faults] == [
        'f.md:16:20 E302 "oportunity" is not a fact or a step. Did you mean "opportunity"?',
        'f.md:29:14 E302 "relase" is not a fact or a step. Did you mean "release"?',
    ]


def test_a_fault_is_told_once() -> None:
    steps = "## A\n\n- Who: {nobody}\n- Due: {nobody}\n\n## B\n\n- Who: A\n"
    places = [(fault.code, fault.place) for fault in check(TOP + steps).faults]
    assert len(places) == len(set(places)) == 2


def test_a_page_full_of_faults_tells_the_first_five_hundred() -> None:
    steps = "".join(f"## Step {n}\n\n- Only if: nothing{n} > 5\n- Who: A\n\n" for n in range(700))
    faults = check(TOP + steps).faults
    assert (len(faults), [fault.code for fault in faults[-2:]]) == (501, ["E302", "E126"])


@given(st.text(max_size=200), st.integers(0, len(FRIDAY)), st.integers(0, 200))
def test_whatever_the_text_there_is_an_answer(text: str, at: int, length: int) -> None:
    broken = FRIDAY[:at] + text + FRIDAY[at + length :]
    for fault in check(broken, directory=NORTHWIND).faults:
        assert fault.place.line >= 0


@given(st.permutations(FRIDAY.split("\n## ")), st.lists(st.sampled_from(FRIDAY.splitlines()), max_size=8))
def test_whatever_the_order_there_is_an_answer(parts: list[str], more: list[str]) -> None:
    check("\n## ".join(parts) + "\n" + "\n".join(more), directory=NORTHWIND)


@given(pages)
def test_whatever_the_page_its_faults_stand_on_it(page: Page) -> None:
    text = write(page)
    lines = text.replace("\r\n", "\n").split("\n")
    for fault in check(text, directory=NORTHWIND).faults:
        assert 0 <= fault.place.line <= len(lines)
        assert fault.place.column <= len(lines[max(fault.place.line - 1, 0)]) + 1


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_lines_end_as_they_do_elsewhere(newline: str) -> None:
    broken = FRIDAY.replace("Look at production", "Look at {prodction}")
    places = [fault.place for fault in check(broken).faults]
    assert places == [Place(33, 10)]
    assert [fault.place for fault in check(broken.replace("\n", newline)).faults] == places


def test_half_a_character_is_hashed_all_the_same() -> None:
    assert check("# A\ud800").compiled.program.hash


def test_the_example_of_the_repository_is_the_same_process() -> None:
    page = Path(__file__).parents[2] / "pages" / "close-client-project.md"
    assert check(page.read_text(encoding="utf-8")).program is not None


def test_a_group_without_a_name_is_a_fault_like_any_other() -> None:
    text = "# P\n\n## A\n\n- Who: T\n\n##\n\n- Order: all at once\n\n### B\n\n- Who: T\n\n## C\n\n- Who: T\n- After: start\n"
    assert [fault.code for fault in check(text).faults] == ["E115"]
