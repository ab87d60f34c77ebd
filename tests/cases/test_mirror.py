"""The status line in the systems of record: one comment, edited; a field; nothing twice and nothing private."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from tests.cases.company import FRIDAY, Company
from tests.cases.conftest import Clock
from tests.cases.systems import ISSUE, OPPORTUNITY, SAM, Systems, settle, started_with

from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.ask_question import ask_question
from doorstep.cases.cancel import cancel
from doorstep.cases.models import Ask, Case, Delivery, Journal
from doorstep.cases.promise import promise
from doorstep.cases.resume import resume
from doorstep.cases.start_case import start_case
from doorstep.cases.suspend import suspend
from doorstep.connections.models import Connection, State
from doorstep.connections.pause import pause

pytestmark = pytest.mark.database

PAGE = """\
# Ship a release

- Owner: vera@northwind.example
- Called: {client}
- Needed by: the same day, 18:00

| Fact | Kind | From |
|---|---|---|
| client | text | whoever starts |
| opportunity | Salesforce Opportunity | whoever starts |
| release | Jira issue | whoever starts |

## Two confirmations

- Order: all at once

### Confirm the deployment

- Who: Delivery engineer
- Where: Jira, in {release}

### Sign off the contract

- Who: Legal counsel
- Approve: {client}
- If rejected: fail

## Tell the client

- Tell: whoever started this

> {client} is live.
"""
ISSUE_TITLE = "Ship a release, version 1"


@pytest.fixture
def systems(company: Company, clock: Clock) -> Iterator[Systems]:
    made = started_with(lambda: clock.at)
    made.connect(status_field="Doorstep status")
    yield made
    made.jira.stop()
    made.salesforce.stop()


def started(company: Company, text: str = PAGE) -> UUID:
    facts = {"client": "Halden Foods", "opportunity": OPPORTUNITY, "release": ISSUE}
    case_id = start_case(version_id=company.publish(text), facts=facts, by=company.ana, zone="America/New_York").case_id
    settle()
    return case_id


def answer(case_id: UUID, name: str, by: UUID, *, outcome: str = "done") -> None:
    ask = Ask.objects.get(case_id=case_id, name=name)
    answer_ask(ask_id=ask.id, outcome=outcome, by=by, proof="login")
    settle()


def said(case_id: UUID) -> int:
    """Return how many status lines were sent."""
    return Delivery.objects.filter(case_id=case_id, purpose="status", state="handed over").count()


def test_both_systems_show_what_a_run_waits_for(company: Company, systems: Systems) -> None:
    started(company)
    assert systems.opportunity() == "With the client by 18:00 if Sam and Mira answer by 17:20."
    (comment,) = systems.status_comments()
    headline, sam, mira, foot = comment.splitlines()
    assert headline == systems.opportunity()
    assert sam.startswith("Waiting for Sam Ortiz (Delivery engineer) since 16:00, asked in Jira, handed over.")
    assert mira.startswith("Waiting for Mira Holt (Legal counsel) since 16:00. Reminder 17:00, then Vera Lind 17:20.")
    assert foot == ISSUE_TITLE


def test_an_answer_edits_the_one_comment(company: Company, systems: Systems) -> None:
    case_id = started(company)
    answer(case_id, "Confirm the deployment", company.sam)
    (comment,) = systems.status_comments()
    assert comment.splitlines()[0] == "With the client by 18:00 if Mira answers by 17:20."
    assert systems.opportunity() == "With the client by 18:00 if Mira answers by 17:20."
    assert "Sam" not in comment


def test_its_end_is_said_with_the_whole_date(company: Company, systems: Systems, clock: Clock) -> None:
    case_id = started(company)
    answer(case_id, "Confirm the deployment", company.sam)
    clock.at = FRIDAY + timedelta(minutes=65)
    answer(case_id, "Sign off the contract", company.mira, outcome="approved")
    (comment,) = systems.status_comments()
    assert comment.splitlines() == ["Done, Friday 6 March 2026, 17:05.", ISSUE_TITLE]
    assert systems.opportunity() == "Done, Friday 6 March 2026, 17:05."


def test_a_failure_and_a_cancelled_run_are_said(company: Company, systems: Systems) -> None:
    case_id = started(company)
    answer(case_id, "Sign off the contract", company.mira, outcome="rejected")
    assert systems.opportunity() == "Failed, Friday 6 March 2026, 16:00."
    other = started(company)
    cancel(case_id=other, by=company.ana, reason="The client went bankrupt.")
    settle()
    assert systems.opportunity() == "Called off, Friday 6 March 2026, 16:00."
    assert len(systems.status_comments()) == 2  # one for each run


def test_a_run_that_rests_says_so_until_it_goes_on(company: Company, systems: Systems) -> None:
    case_id = started(company)
    before = systems.opportunity()
    suspend(case_id=case_id, by=company.ana, reason="Not before Monday.")
    settle()
    assert systems.opportunity() == "Resting since Friday 6 March 2026, 16:00."
    resume(case_id=case_id, by=company.ana, reason="It can go on.")
    settle()
    assert systems.opportunity() == before


def test_what_has_not_changed_is_not_sent(company: Company, systems: Systems) -> None:
    case_id = started(company)
    sent = said(case_id)
    for _ in range(3):
        settle()
    assert said(case_id) == sent
    assert sent <= 4  # two records, and what is handed over a moment later
    assert not Journal.objects.filter(case_id=case_id, kind="DeliveryFailed").exists()


def test_our_own_words_on_a_record_are_no_news(company: Company, systems: Systems, clock: Clock) -> None:
    looked = PAGE.replace("in {release}\n", 'in {release}\n- Done when: release.Status = "Done"\n')
    case_id = started(company, looked)
    clock.at = FRIDAY + timedelta(hours=1)
    settle()
    sent, looks = said(case_id), Journal.objects.filter(case_id=case_id, kind="RecordObserved").count()
    for number in range(5):
        clock.at += timedelta(minutes=1)
        systems.jira.tracker.edit(ISSUE, {"summary": f"Edited {number} times"}, by=SAM)
        systems.poll()
        systems.poll()
        settle()
    assert Journal.objects.filter(case_id=case_id, kind="RecordObserved").count() > looks
    assert said(case_id) == sent


def test_what_happens_within_a_moment_is_said_once(company: Company, systems: Systems) -> None:
    case_id = started(company)
    sent = said(case_id)
    for name, by, outcome in (
        ("Confirm the deployment", company.sam, "done"),
        ("Sign off the contract", company.mira, "approved"),
    ):
        ask = Ask.objects.get(case_id=case_id, name=name)
        answer_ask(ask_id=ask.id, outcome=outcome, by=by, proof="login")
    assert Delivery.objects.filter(case_id=case_id, purpose="status", state="queued").count() == 2
    settle()
    assert said(case_id) == sent + 2
    assert systems.opportunity().startswith("Done, ")


def test_the_addressees_own_move_closes_the_line(company: Company, systems: Systems) -> None:
    case_id = started(company)
    systems.jira.tracker.move(ISSUE, "31", None, by=SAM)
    systems.poll()
    systems.poll()
    settle()
    assert Ask.objects.get(case_id=case_id, name="Confirm the deployment").state == "answered"
    assert systems.opportunity() == "With the client by 18:00 if Mira answers by 17:20."


def test_a_paused_connection_holds_them_back_and_says_the_newest_then(company: Company, systems: Systems) -> None:
    case_id = started(company)
    before = systems.opportunity()
    row = Connection.objects.get(name="Salesforce")
    pause(connection=row.id, why="The secret has expired.", at=FRIDAY)
    answer(case_id, "Confirm the deployment", company.sam)
    answer(case_id, "Sign off the contract", company.mira, outcome="approved")
    assert systems.opportunity() == before
    assert Delivery.objects.filter(case_id=case_id, connection="Salesforce", state="queued").count() == 1
    Connection.objects.filter(id=row.id).update(state=State.ACTIVE, why="", paused_at=None)
    settle()
    assert systems.opportunity() == "Done, Friday 6 March 2026, 16:00."


def test_without_a_field_one_task_shows_it(company: Company, systems: Systems) -> None:
    systems.connect()
    case_id = started(company)
    answer(case_id, "Confirm the deployment", company.sam)
    assert systems.tasks() == [("With the client by 18:00 if Mira answers by 17:20.", "In Progress")]


def test_what_is_refused_for_good_is_not_tried_again_with_the_same_words(company: Company, systems: Systems) -> None:
    systems.connect(status_field="Status line")
    case_id = started(company)
    for _ in range(3):
        settle()
    failed = Delivery.objects.filter(case_id=case_id, purpose="status", state="failed")
    assert len({row.error for row in failed}) == 1
    assert len(failed) <= 2
    assert Case.objects.get(id=case_id).status == "open"


def test_what_somebody_asked_or_promised_stays_on_the_page(company: Company, systems: Systems) -> None:
    case_id = started(company)
    ask = Ask.objects.get(case_id=case_id, name="Sign off the contract")
    until = FRIDAY + timedelta(minutes=50)
    promise(ask_id=ask.id, until=until, by=company.mira, words="after my surgery")
    settle()
    ask_question(ask_id=ask.id, text="Is Lena really leaving them?", by=company.mira)
    settle()
    (comment,) = systems.status_comments()
    assert comment.splitlines() == ["Waiting for Ana: Mira asked a question.", ISSUE_TITLE]
    kept = "\n".join([*systems.comments(), systems.opportunity()])
    assert "Lena" not in kept
    assert "surgery" not in kept


def test_no_address_and_no_token_stands_in_them(company: Company, systems: Systems) -> None:
    started(company)
    assert not [one for one in systems.status_comments() if "http" in one or "@" in one or "/a/" in one]


def test_a_page_without_records_shows_nothing_anywhere(company: Company, systems: Systems) -> None:
    plain = PAGE.replace("| opportunity | Salesforce Opportunity | whoever starts |\n", "")
    plain = plain.replace("| release | Jira issue | whoever starts |\n", "").replace(
        "- Where: Jira, in {release}\n", ""
    )
    case_id = start_case(version_id=company.publish(plain), facts={"client": "Halden Foods"}, by=company.ana).case_id
    settle()
    assert said(case_id) == 0
    assert (systems.comments(), systems.opportunity()) == ([], "")
