"""What a role owns asks exactly one of its holders: whoever is on point."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cases.company import FRIDAY, Company
from tests.stewardship.amending import asked, heard, process_of, running, say, sent

from doorstep.cases.directory import forget
from doorstep.cases.models import Ask, Case
from doorstep.cases.status import status_of
from doorstep.library.issue_bulletin import issue_bulletin
from doorstep.library.models import Process
from doorstep.people.models import Absence, Membership, OnPoint, Role
from doorstep.stewardship.bulletins import escalate_ended
from doorstep.stewardship.models import FollowUp
from doorstep.stewardship.propose import propose
from doorstep.stewardship.recall import recall
from doorstep.stewardship.running import mover_of
from doorstep.stewardship.waiting import waiting_for

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("at_four")]


@pytest.fixture
def owned(company: Company) -> Process:
    """A page that a role owns: Ana and Priya hold it, and it is Priya's turn."""
    process = process_of(company)
    role = Role.objects.create(name="Delivery leads")
    Membership.objects.bulk_create(Membership(role=role, person_id=one) for one in (company.ana, company.priya))
    OnPoint.objects.create(role=role, person_id=company.priya, since=FRIDAY.date())
    Process.objects.filter(id=process.id).update(owner=None, owner_role=role)
    forget()
    return Process.objects.get(id=process.id)


def waits(company: Company, kind: str) -> list[list[str]]:
    """Return what waits for Priya, and for Ana, who holds the role as well."""
    both = (company.priya, company.ana)
    return [[one.name for one in waiting_for(person, at=FRIDAY) if one.kind == kind] for person in both]


def test_a_change_is_approved_by_whoever_is_on_point(company: Company, owned: Process) -> None:
    _, started = sent(company)
    assert asked(started.case_id) == ["Eve Moss", "Priya Nair"]


def test_whoever_is_away_is_passed_over(company: Company, owned: Process) -> None:
    day = FRIDAY.date()
    Absence.objects.create(person_id=company.priya, first=day, last=day + timedelta(days=3))
    _, started = sent(company)
    assert asked(started.case_id) == ["Ana Marsh", "Eve Moss"]


def test_a_wish_is_told_and_waits_for_one(company: Company, owned: Process) -> None:
    propose(process=owned.id, step="", sentence="More lunch.", by=company.sam, at=FRIDAY)
    assert [len(heard(one)) for one in (company.priya, company.ana)] == [1, 0]
    assert waits(company, "proposal") == [["Answer a proposal"], []]


def test_a_review_and_an_ended_bulletin_wait_for_one(company: Company, owned: Process) -> None:
    Process.objects.filter(id=owned.id).update(review_due=FRIDAY.date())
    issue_bulletin(process=owned.key, text="Call first.", step="", by=company.ana, at=FRIDAY - timedelta(days=20))
    escalate_ended(FRIDAY)
    assert waits(company, "review") == [["Is “Close a client project” still right?"], []]
    assert waits(company, "bulletin") == [["Merge or withdraw a bulletin that has ended"], []]
    assert [len(heard(one)) for one in (company.priya, company.ana)] == [1, 0]


def test_silence_in_a_run_is_taken_to_one(company: Company, owned: Process) -> None:
    case = Case.objects.get(id=running(company, "Halden"))
    ask = Ask.objects.get(case_id=case.id, name="Sign off the contract")
    chains = {one.name: one.escalate_to for one in status_of(case, at=FRIDAY).run.waiting}
    assert chains[ask.name] == ("Priya Nair",)


def test_runs_move_in_the_name_of_one_and_orphaned_runs_wait_for_one(company: Company, owned: Process) -> None:
    case = running(company, "Halden")
    assert mover_of(owned, at=FRIDAY) == company.priya
    say(case, company.mira)
    company.people["ana"].left_on = FRIDAY.date()
    company.people["ana"].save()
    recall(process=owned.key, step="Sign off the contract", first=1, last=1, why="Wrong.", by=company.eve, at=FRIDAY)
    assert list(FollowUp.objects.values_list("case_id", "person")) == [(case, company.priya)]
