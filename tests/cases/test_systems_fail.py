"""Jira and Salesforce down, slow, throttling, locked, answering garbage: the run waits, says so, and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from tests.cases.company import Company
from tests.cases.conftest import Clock
from tests.cases.post import Post
from tests.cases.systems import ISSUE, OPPORTUNITY, SAM, Systems, settle, started_with

from doorstep.cases.models import Ask, Case, Delivery
from doorstep.cases.poll import read_once
from doorstep.cases.start_case import start_case
from doorstep.connections.models import Connection
from doorstep.connections.resume import resume
from doorstep.demo.faults import Fault
from doorstep.demo.salesforce_sandbox.objects import KINDS

pytestmark = pytest.mark.database

PAGE = """\
# Ship a release

- Owner: vera@northwind.example

| Fact | Kind | From |
|---|---|---|
| release | Jira issue | whoever starts |
| opportunity | Salesforce Opportunity | whoever starts |

## Confirm the deployment

- Who: Delivery engineer
- Where: Jira, in {release}

## Update the CRM

- Set: opportunity.Delivery status = "Delivered"
"""
FACTS = {"release": ISSUE, "opportunity": OPPORTUNITY}
DONE = "10000"


@pytest.fixture
def systems(company: Company, clock: Clock, post: Post) -> Iterator[Systems]:
    made = started_with(lambda: clock.at)
    made.connect()
    yield made
    made.jira.stop()
    made.salesforce.stop()


FAULTS = {
    "down": Fault("status", status=503, times=3),
    "throttling": Fault("status", status=429, retry_after="30", times=2),
    "garbage": Fault("garbage", times=3),
    "silent": Fault("silent", times=2),
    "slow": Fault("slow", seconds=0.5, times=3),
}


def started(company: Company) -> UUID:
    case_id = start_case(version_id=company.publish(PAGE), facts=FACTS, by=company.ana).case_id
    settle()
    return case_id


def moved(systems: Systems, clock: Clock, transition: str, resolution: str | None) -> None:
    """Let Sam move the issue between two looks of the worker at what changed in Jira."""
    read_once(Connection.objects.get(name="Jira"))  # the first only finds where to start
    clock.at += timedelta(minutes=1)
    systems.jira.tracker.move(ISSUE, transition, resolution, by=SAM)
    clock.at += timedelta(minutes=1)
    read_once(Connection.objects.get(name="Jira"))
    settle()


def put_off(systems: Systems) -> None:
    """Let the time pass that a failed attempt waits, and do what is queued; several times."""
    for _ in range(6):
        Delivery.objects.filter(state="queued").update(not_before="2000-01-01T00:00Z")
        settle()


def asks_on_the_issue(systems: Systems) -> int:
    return len([one for one in systems.comments() if "Please confirm the deployment" in one])


def status_of_the_crm(systems: Systems) -> object:
    return systems.salesforce.crm.record(KINDS["Opportunity"], OPPORTUNITY)["Delivery_status__c"]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_an_ask_reaches_jira_once_when_it_is_well_again(
    company: Company, systems: Systems, clock: Clock, fault: Fault
) -> None:
    systems.jira.faults.add(fault)
    case_id = started(company)
    put_off(systems)
    systems.jira.faults.clear()
    put_off(systems)
    assert asks_on_the_issue(systems) == 1
    assert Ask.objects.get(case_id=case_id).state == "open"
    moved(systems, clock, "31", DONE)
    assert Case.objects.get(id=case_id).status == "done"


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_field_of_salesforce_is_set_once_when_it_is_well_again(
    company: Company, systems: Systems, clock: Clock, fault: Fault
) -> None:
    case_id = started(company)
    systems.salesforce.faults.add(fault)
    moved(systems, clock, "31", DONE)
    put_off(systems)
    systems.salesforce.faults.clear()
    put_off(systems)
    assert (Case.objects.get(id=case_id).status, status_of_the_crm(systems)) == ("done", "Delivered")


def test_a_jira_that_lets_us_in_no_more_rests_is_told_once_and_goes_on(
    company: Company, systems: Systems, post: Post
) -> None:
    Connection.objects.filter(name="Jira").update(owner=company.vera)
    systems.jira.faults.add(Fault("status", status=401, times=99))
    case_id = started(company)
    put_off(systems)
    jira = Connection.objects.get(name="Jira")
    assert (jira.state, bool(jira.why)) == ("paused", True)
    assert len([one for one in post.sent if one.to == "vera@northwind.example" and "Jira" in one.headline]) == 1
    assert Ask.objects.get(case_id=case_id).state == "open"
    systems.jira.faults.clear()
    company.people["vera"].administrator = True
    company.people["vera"].save()
    resume(connection=jira.id, by=company.vera)
    put_off(systems)
    assert asks_on_the_issue(systems) == 1


def test_an_issue_reopened_after_done_is_asked_about_again(company: Company, systems: Systems, clock: Clock) -> None:
    page = PAGE.replace(
        "- Where: Jira, in {release}\n", '- Where: Jira, in {release}\n- Done when: release.Status = "Done"\n'
    )
    waits = page.replace("## Update the CRM", "## Wait a while\n\n- Wait: 2 days\n\n## Update the CRM")
    systems.jira.tracker.move(ISSUE, "31", DONE, by=SAM)
    case_id = start_case(version_id=company.publish(waits), facts=FACTS, by=company.ana).case_id
    settle()
    assert not Ask.objects.filter(case_id=case_id).exists()  # it was done already
    moved(systems, clock, "11", None)
    assert Ask.objects.get(case_id=case_id).state == "open"
    assert status_of_the_crm(systems) != "Delivered"


def test_wont_do_is_done_for_jira_and_a_rejection_here(company: Company, systems: Systems, clock: Clock) -> None:
    case_id = started(company)
    moved(systems, clock, "41", None)
    ask = Ask.objects.get(case_id=case_id)
    assert (ask.outcome, ask.answered_by, Case.objects.get(id=case_id).stuck) == ("rejected", company.sam, 1)
    assert status_of_the_crm(systems) != "Delivered"
