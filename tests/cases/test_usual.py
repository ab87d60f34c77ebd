"""What answers usually take: the line says it, from the median of the runs before."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from tests.cases.company import FRIDAY, Company
from tests.cases.conftest import Clock
from tests.cases.test_chase import ONE, started

from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.models import Ask, Case
from doorstep.cases.status import status_of
from doorstep.cases.usual import usual_of
from doorstep.chase.working import Calendar

pytestmark = pytest.mark.database


def answered_after(company: Company, clock: Clock, minutes: int) -> None:
    """Play one run whose approval takes some minutes."""
    case_id = started(company)
    clock.at += timedelta(minutes=minutes)
    ask = Ask.objects.get(case_id=case_id)
    answer_ask(ask_id=ask.id, outcome="approved", by=company.mira, proof="login")
    clock.at = FRIDAY


def process_of(company: Company) -> UUID:
    return Case.objects.get(version_id=company.publish(ONE), status="open").process_id


def test_three_answers_say_what_is_usual(company: Company, clock: Clock) -> None:
    for minutes in (20, 50, 30):
        answered_after(company, clock, minutes)
    waiting = started(company)
    process = process_of(company)
    assert usual_of({process}, calendar=Calendar()) == {(process, "Sign off the contract"): timedelta(minutes=30)}
    said = status_of(Case.objects.get(id=waiting), at=FRIDAY + timedelta(minutes=1))
    assert said.run.waiting[0].usual == timedelta(minutes=30)


def test_two_answers_say_nothing(company: Company, clock: Clock) -> None:
    for minutes in (20, 50):
        answered_after(company, clock, minutes)
    started(company)
    assert usual_of({process_of(company)}, calendar=Calendar()) == {}


def test_other_processes_do_not_count(company: Company, clock: Clock) -> None:
    for minutes in (20, 50, 30):
        answered_after(company, clock, minutes)
    assert usual_of({UUID(int=1)}, calendar=Calendar()) == {}
