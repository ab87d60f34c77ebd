from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.cases.company import FRIDAY, Company

from doorstep.cases import store
from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.models import Ask, Case
from doorstep.library.publish import faults_of, publish
from doorstep.stewardship.alike import alike_to, done_thrice
from doorstep.stewardship.work_first import start_lines
from doorstep.stewardship.written import common, length, written_page

pytestmark = pytest.mark.database

WEEK = timedelta(days=7)
LINES = """\
Sam confirms the deployment of {key}
Mira approves contract-{client}.pdf
Priya gives the go-live date, all by 18:00"""


def run(company: Company, week: int, *, silent: str = "", text: str = LINES) -> Case:
    """Start the lines in a week and let everybody answer but the one who is silent."""
    at = FRIDAY + week * WEEK
    said = text.format(key=f"DEP-{412 + week}", client=("halden", "norr", "bluefin", "tern")[week])
    contract = store.keep("contract.pdf", b"%PDF", "application/pdf")
    facts = {f"contract-{('halden', 'norr', 'bluefin', 'tern')[week]}": contract} if "contract" in said else {}
    case = start_lines(text=said, by=company.ana, facts=facts, at=at).case_id
    for ask in Ask.objects.filter(case_id=case).order_by("name"):
        if ask.person and ask.person != getattr(company, silent or "ana"):
            outcome = "approved" if ask.verb == "approve" else "done"
            filled = {"go-live date": "2026-04-01"} if ask.verb == "fill in" else {}
            later = at + timedelta(minutes=50)
            answer_ask(ask_id=ask.id, outcome=outcome, by=ask.person, proof="login", facts=filled, at=later)
    return Case.objects.get(id=case)


def test_the_third_time_is_noticed_not_the_second(company: Company) -> None:
    first, second = run(company, 0), run(company, 1)
    assert done_thrice(company.ana, at=FRIDAY + WEEK) is None
    third = run(company, 2)
    alike = done_thrice(company.ana, at=FRIDAY + 2 * WEEK)
    assert alike is not None
    assert alike.cases == (third, second, first)
    assert alike.reason == (
        "Three times three steps (confirm, approve and fill in), mostly of the same people and in the same words"
    )
    assert alike_to(first, at=FRIDAY + 2 * WEEK) == alike


def test_looking_costs_one_query_or_three(company: Company, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for week in (0, 1, 2):
        run(company, week)
    with django_assert_num_queries(1):
        assert done_thrice(company.bob, at=FRIDAY) is None
    done_thrice(company.ana, at=FRIDAY + 2 * WEEK)  # pages are read once
    with django_assert_num_queries(3):
        assert done_thrice(company.ana, at=FRIDAY + 2 * WEEK)


def test_other_work_is_not_alike(company: Company) -> None:
    for text in ("Sam checks the lift", "Mira approves the holiday of Bob", "Priya gives the phone number"):
        start_lines(text=text, by=company.ana, at=FRIDAY)
    assert done_thrice(company.ana, at=FRIDAY) is None


def test_work_of_others_does_not_count(company: Company) -> None:
    for who in (company.ana, company.mira, company.priya):
        start_lines(text="Sam checks the site", by=who, at=FRIDAY)
    assert done_thrice(company.ana, at=FRIDAY) is None


def test_the_page_is_written_from_what_happened(company: Company) -> None:
    cases = [run(company, week) for week in (0, 1, 2)]
    assert (
        written_page(cases[::-1])
        == """\
# The deployment, the contract and the go-live date

- Owner: ana@northwind.example
- Called: The deployment, the contract and the go-live date: {issue}
- Needed by: the same day, 18:00

Written from three runs, of 6 March, 13 March and 20 March: check who is asked and what varies, then publish.

| Fact | Kind | From |
|---|---|---|
| issue | text | whoever starts, required |
| contract | file | whoever starts, required |

## All at once

- Order: all at once

### Confirm the deployment

- Who: Delivery engineer
- Due: 1 hour
- Show: {issue}

### Approve the contract

- Who: Legal counsel
- Approve: {contract}
- Due: 1 hour
- If rejected: "Amend the contract", then ask again (at most 3 times)

### Give the go-live date

- Who: VP Customer Success
- Fill in: go-live date (date)
- Due: 1 hour

### Amend the contract

- Who: whoever started this
- Fill in: contract (file)
"""
    )


def test_the_written_page_publishes_and_is_not_offered_again(company: Company) -> None:
    cases = [run(company, week) for week in (0, 1, 2)]
    text = written_page(cases[::-1])
    assert [str(fault) for fault in faults_of(text)[1]] == []
    publish(text=text, by=company.ana, at=FRIDAY + 2 * WEEK)
    assert done_thrice(company.ana, at=FRIDAY + 2 * WEEK) is None


def test_a_step_nobody_answered_is_left_out_with_a_note(company: Company) -> None:
    cases = [run(company, week, silent="priya") for week in (0, 1, 2)]
    text = written_page(cases[::-1])
    assert "“Give the go-live date” was left out: nobody answered it." in text
    assert "### Give the go-live date" not in text


def test_a_person_without_one_fitting_role_stays_a_person(company: Company) -> None:
    cases = [run(company, week, text="Bob checks the lift of {client}") for week in (0, 1, 2)]
    text = written_page(cases[::-1])
    assert "- Who: bob@northwind.example" in text
    assert "“Check the lift” names a person: a role outlives who holds it." in text
    assert "| which lift | text | whoever starts, required |" in text
    assert faults_of(text)[1] == ()


def test_two_files_of_one_name_stay_two_facts(company: Company) -> None:
    cases = []
    for week in (0, 1, 2):
        text = "Mira approves contract.pdf and contract.docx"
        facts = {name: store.keep("contract.pdf", b"%PDF", "application/pdf") for name in ("contract", "contract 2")}
        case = start_lines(text=text, by=company.ana, facts=facts, at=FRIDAY + week * WEEK).case_id
        cases.append(Case.objects.get(id=case))
    text = written_page(cases[::-1])
    assert "- Approve: {contract}, {contract 2}" in text
    assert faults_of(text)[1] == ()


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["Check the site"], ("Check the site", ())),
        (["Check the site", "Check the site"], ("Check the site", ())),
        (["Deploy DEP-1 today", "Deploy DEP-2 today"], ("Deploy today", ("DEP-1", "DEP-2"))),
        (["Check the lift of Norr", "Check the lift of Tern"], ("Check the lift", ("Norr", "Tern"))),
        (["Alpha", "Beta"], ("", ("Alpha", "Beta"))),
        ([], ("", ())),
    ],
)
def test_what_texts_have_in_common(texts: list[str], expected: tuple[str, tuple[str, ...]]) -> None:
    assert common(texts) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(1, "1 hour"), (60, "1 hour"), (61, "2 hours"), (480, "8 hours"), (481, "1 working day"), (1441, "2 days")],
)
def test_how_long_a_due_is(minutes: int, expected: str) -> None:
    assert length(timedelta(minutes=minutes)) == expected
