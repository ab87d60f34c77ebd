"""What the addressee writes on the issue or the task is a reply; what others write there is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from tests.cases.company import Company
from tests.cases.conftest import Clock
from tests.cases.systems import ISSUE, OPPORTUNITY, SAM, Systems, settle, started_with

from doorstep.cases import seals
from doorstep.cases.answer_question import answer_question
from doorstep.cases.models import Ask, Delivery, Inbox, JournalKey, Reply
from doorstep.cases.models.journal import NOBODY
from doorstep.cases.start_case import start_case
from doorstep.cases.understand import understand_some
from doorstep.demo import company as example
from doorstep.demo.jira_sandbox import adf
from doorstep.people.models import ExternalAccount, Person

pytestmark = pytest.mark.database

NORA = example.BY_KEY["nora"].jira
PRIYA = example.BY_KEY["priya"].salesforce
PAGE = """\
# Ship a release

- Owner: vera@northwind.example

| Fact | Kind | From |
|---|---|---|
| release | Jira issue | whoever starts |
| opportunity | Salesforce Opportunity | whoever starts |

## Both

- Order: all at once

### Approve the release

- Who: Delivery engineer
- Where: Jira, in {release}
- Approve: {release}
- If rejected: fail

### Say when

- Who: VP Customer Success
- Where: Salesforce, on {opportunity}
- Fill in: go-live (date)
"""
FACT = "| Fact | Kind | From |\n|---|---|---|\n| release | Jira issue | whoever starts |\n"
APPROVE, WHEN = "Approve the release", "Say when"


@pytest.fixture
def systems(company: Company, clock: Clock) -> Iterator[Systems]:
    made = started_with(lambda: clock.at)
    made.connect()
    ExternalAccount.objects.create(person=company.people["priya"], system="Salesforce", external_id=PRIYA)
    yield made
    made.jira.stop()
    made.salesforce.stop()


@pytest.fixture
def case_id(company: Company, systems: Systems, clock: Clock) -> UUID:
    facts = {"release": ISSUE, "opportunity": OPPORTUNITY}
    case_id = start_case(version_id=company.publish(PAGE), facts=facts, by=company.ana).case_id
    settle()
    again(systems, clock)
    return case_id


def again(systems: Systems, clock: Clock, times: int = 1) -> None:
    """Let the worker poll, look and understand, so many times, a minute apart."""
    for _ in range(times):
        clock.at += timedelta(minutes=1)
        systems.poll()
        settle()
        understand_some()
        settle()


def comment(systems: Systems, text: str, by: str = SAM) -> None:
    systems.jira.tracker.comment(ISSUE, adf.document(text), {}, by=by)


def task_of(systems: Systems) -> str:
    from doorstep.demo.salesforce_sandbox.objects import KINDS

    found = systems.salesforce.crm.records(KINDS["Task"])
    return next(str(one["Id"]) for one in found if one["Subject"].startswith(WHEN))


def ask_of(case_id: UUID, name: str) -> Ask:
    return Ask.objects.get(case_id=case_id, name=name)


def told(case_id: UUID) -> list[str]:
    """Return what somebody wrote, as the letters to the starter say it."""
    rows = Delivery.objects.filter(case_id=case_id, about__startswith="remark#").order_by("position", "id")
    salt = bytes(JournalKey.objects.get(case_id=case_id, person=NOBODY).salt)
    return [str(seals.unseal_json(salt, bytes(row.brief))["text"]) for row in rows]


def became() -> list[str]:
    return list(Inbox.objects.order_by("received_at", "id").values_list("became", flat=True))


def test_an_approval_in_a_comment_counts_as_signed_in_and_once(
    case_id: UUID, systems: Systems, clock: Clock, company: Company
) -> None:
    comment(systems, "approved")
    again(systems, clock, times=3)
    ask = ask_of(case_id, APPROVE)
    assert (ask.state, ask.outcome, ask.proof, ask.answered_by) == ("answered", "approved", "login", company.sam)
    assert became() == ["approved: recorded"]


def test_facts_posted_on_the_task_are_filled_in(case_id: UUID, systems: Systems, clock: Clock) -> None:
    systems.salesforce.crm.post(task_of(systems), "Go-live: 12 March 2027", by=PRIYA)
    again(systems, clock, times=2)
    assert (ask_of(case_id, WHEN).state, became()) == ("answered", ["filled: recorded"])


def test_a_promise_in_a_comment_moves_the_chase(case_id: UUID, systems: Systems, clock: Clock) -> None:
    comment(systems, "I will do it tomorrow")
    again(systems, clock)
    assert (ask_of(case_id, APPROVE).promised_until is not None, became()) == (True, ["promised: noted"])


def test_a_question_in_a_comment_is_answered_in_the_issue(
    case_id: UUID, systems: Systems, clock: Clock, company: Company
) -> None:
    comment(systems, "Which version do you mean?")
    again(systems, clock)
    assert became() == ["question: noted"]
    answer_question(ask_id=ask_of(case_id, APPROVE).id, text="Version 7.", by=company.ana, at=clock.at)
    settle()
    assert any("Version 7." in one for one in systems.comments())
    again(systems, clock, times=2)
    assert became() == ["question: noted"]


def test_what_is_not_understood_is_asked_back_once_on_the_issue(case_id: UUID, systems: Systems, clock: Clock) -> None:
    comment(systems, "The pipeline is green since noon.")
    again(systems, clock)
    comment(systems, "Staging is green as well.")
    again(systems, clock, times=2)
    asked_back = [one for one in systems.comments() if "I could not tell what you decided" in one]
    assert (len(asked_back), ask_of(case_id, APPROVE).state) == (1, "open")
    assert Delivery.objects.filter(case_id=case_id, purpose="clarify", channel="jira").count() == 1
    assert len(became()) == 2


def test_what_others_apps_and_we_ourselves_write_is_no_reply(
    case_id: UUID, systems: Systems, clock: Clock, company: Company
) -> None:
    nora = Person.objects.create(name="Nora Vance", email="nora@northwind.example")
    ExternalAccount.objects.create(person=nora, system="Jira", external_id=NORA)
    comment(systems, "approved", by=NORA)
    from doorstep.demo.jira_sandbox import data

    comment(systems, "approved", by=data.ROBOT)
    systems.salesforce.crm.post(task_of(systems), "Go-live: 12 March 2027", by=example.BY_KEY["ana"].salesforce)
    again(systems, clock, times=2)
    assert (became(), ask_of(case_id, APPROVE).state, ask_of(case_id, WHEN).state) == ([], "open", "open")


def test_what_was_written_before_we_asked_is_no_reply(company: Company, systems: Systems, clock: Clock) -> None:
    comment(systems, "approved")
    facts = {"release": ISSUE, "opportunity": OPPORTUNITY}
    case_id = start_case(version_id=company.publish(PAGE), facts=facts, by=company.ana).case_id
    settle()
    again(systems, clock, times=3)
    assert (became(), ask_of(case_id, APPROVE).state) == ([], "open")


def test_what_is_written_after_the_answer_is_kept_and_shown_to_the_starter(
    case_id: UUID, systems: Systems, clock: Clock
) -> None:
    comment(systems, "approved")
    again(systems, clock)
    before = systems.comments()
    comment(systems, "rejected, the tag is wrong")
    again(systems, clock, times=3)
    assert became() == ["approved: recorded", "shown to the starter: what it answers is settled"]
    assert ask_of(case_id, APPROVE).outcome == "approved"
    assert Reply.objects.filter(case_id=case_id, became="shown to the starter").count() == 1
    assert told(case_id) == ["rejected, the tag is wrong"]
    assert [one for one in systems.comments() if "settled on" in one] == []  # nothing is answered there
    assert len(systems.comments()) == len(before) + 1


def test_taking_an_answer_back_in_a_comment_counts(case_id: UUID, systems: Systems, clock: Clock) -> None:
    comment(systems, "approved")
    again(systems, clock)
    comment(systems, "Wait, don't.")
    again(systems, clock, times=2)
    assert became() == ["approved: recorded", "withdrawn: the answer was taken back"]
    assert Ask.objects.filter(case_id=case_id, name=APPROVE, state="open").count() == 1


def test_a_post_on_a_task_that_was_done_is_kept_and_shown(case_id: UUID, systems: Systems, clock: Clock) -> None:
    task = task_of(systems)
    systems.salesforce.crm.post(task, "Go-live: 12 March 2027", by=PRIYA)
    again(systems, clock, times=2)
    systems.salesforce.crm.post(task, "They may move it to the 13th.", by=PRIYA)
    again(systems, clock, times=3)
    assert became() == ["filled: recorded", "shown to the starter: what it answers is settled"]
    assert told(case_id) == ["They may move it to the 13th."]


def test_what_answers_another_step_on_the_same_issue_is_left_to_that(
    company: Company, systems: Systems, clock: Clock
) -> None:
    first = "## Approve it\n\n- Who: Delivery engineer\n- Where: Jira, in {release}\n- Confirm\n"
    page = f"# Ship\n\n- Owner: vera@northwind.example\n\n{FACT}\n{first}\n{first.replace('Approve', 'Announce')}"
    case = start_case(version_id=company.publish(page), facts={"release": ISSUE}, by=company.ana).case_id
    settle()
    again(systems, clock)
    comment(systems, "done")
    again(systems, clock, times=2)
    comment(systems, "done.")
    again(systems, clock, times=2)
    assert [ask_of(case, name).outcome for name in ("Approve it", "Announce it")] == ["done", "done"]
    assert became() == ["done: recorded", "done: recorded"]
    assert told(case) == []


def test_an_account_nobody_entered_is_known_by_its_address(case_id: UUID, systems: Systems, clock: Clock) -> None:
    ExternalAccount.objects.filter(system="Jira").delete()
    comment(systems, "approved")
    again(systems, clock)
    assert ask_of(case_id, APPROVE).outcome == "approved"
