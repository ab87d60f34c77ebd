"""Who moved an issue to its end, against Jira over HTTP: our own words there and two looks at once change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from tests.cases.company import Company
from tests.cases.conftest import Clock
from tests.cases.systems import ISSUE, SAM, Systems, settle, started_with

from doorstep.cases import moved
from doorstep.cases.clock import real_now
from doorstep.cases.models import Action, Ask, Case, Delivery, Journal
from doorstep.cases.moved import Moved
from doorstep.cases.moved import settle as take
from doorstep.cases.rows import action_row
from doorstep.cases.start_case import start_case
from doorstep.plugin_api import RecordRead

pytestmark = pytest.mark.database

PAGE = """\
# Ship a release

- Owner: vera@northwind.example

| Fact | Kind | From |
|---|---|---|
| release | Jira issue | whoever starts |

## Confirm the deployment

- Who: Delivery engineer
- Where: Jira, in {release}
"""
DUPLICATE = "10002"
UNCLEAR = "DEP-412 was ended, but not in a way that says yes or no. Was it done? Please answer here."


@pytest.fixture
def systems(company: Company, clock: Clock) -> Iterator[Systems]:
    made = started_with(lambda: clock.at)
    made.connect()
    yield made
    made.jira.stop()
    made.salesforce.stop()


def started(company: Company) -> UUID:
    case_id = start_case(version_id=company.publish(PAGE), facts={"release": ISSUE}, by=company.ana).case_id
    settle()
    return case_id


def look_again(systems: Systems, clock: Clock, *, times: int = 1) -> None:
    """Let the worker's poll see what changed, so many times, a minute apart."""
    for _ in range(times):
        clock.at += timedelta(minutes=1)
        systems.poll()
        settle()


def clarified(case_id: UUID) -> int:
    return Delivery.objects.filter(case_id=case_id, purpose="clarify").count()


def test_an_end_that_says_neither_is_asked_about_once_though_our_comment_moves_the_issue(
    company: Company, systems: Systems, clock: Clock
) -> None:
    case_id = started(company)
    look_again(systems, clock)
    systems.jira.tracker.move(ISSUE, "31", DUPLICATE, by=SAM)
    before = systems.jira.tracker.issue(ISSUE)["fields"]["updated"]
    look_again(systems, clock, times=4)
    assert systems.jira.tracker.issue(ISSUE)["fields"]["updated"] != before  # we wrote there, and saw it
    assert [one for one in systems.comments() if UNCLEAR in one][1:] == []
    assert (clarified(case_id), Ask.objects.get(case_id=case_id).state) == (1, "open")


def test_ended_so_once_more_it_is_asked_about_once_more(company: Company, systems: Systems, clock: Clock) -> None:
    case_id = started(company)
    look_again(systems, clock)
    for _ in range(2):
        systems.jira.tracker.move(ISSUE, "31", DUPLICATE, by=SAM)
        look_again(systems, clock, times=2)
        systems.jira.tracker.move(ISSUE, "11", None, by=SAM)
        look_again(systems, clock, times=2)
    assert clarified(case_id) == 2


def test_two_looks_at_one_ask_at_once_are_one_answer(
    company: Company, systems: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = started(company)
    read = RecordRead(key=ISSUE, title="", link="", fields={}, outcome="done", changed_by=SAM)
    looks = [Action.objects.create(**look(case_id, number)) for number in (101, 102)]
    first, second = (Moved("Jira", read) for _ in looks)
    whole = moved._answer

    def overtaken(*args: object, **named: object) -> None:
        """Let the other look be through between this one's reading of the ask and its answer."""
        monkeypatch.setattr(moved, "_answer", whole)
        assert take(looks[1], second, {})
        whole(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(moved, "_answer", overtaken)
    assert take(looks[0], first, {})
    settle()
    assert Journal.objects.filter(case_id=case_id, kind="AnswerArrived").count() == 1
    assert clarified(case_id) == 0
    assert Case.objects.get(id=case_id).status == "done"


def look(case_id: UUID, number: int) -> dict[str, object]:
    """Return the row of one more look at the ask."""
    ask = Ask.objects.get(case_id=case_id)
    place = {"case_id": case_id, "step": ask.step, "instance": ask.instance, "round": 0}
    return action_row(kind="look", real=real_now(), n=number, **place)
