"""The main job, everybody answering on an answer page."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from tests.cases.company import FRIDAY, Company

from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.models import Ask, Case, Delivery, Home, Journal, Timer
from doorstep.cases.start_case import Started, start_case

pytestmark = pytest.mark.database

FACTS = {"client": "Halden Foods", "project": "Web shop", "value": 84000, "contract": "Contract v3"}


def started(company: Company) -> Started:
    return start_case(version_id=company.publish(), facts=FACTS, by=company.ana, at=FRIDAY, zone="America/New_York")


def ask_for(case_id: UUID, name: str) -> Ask:
    return Ask.objects.filter(case_id=case_id, name=name).latest("round")


def test_starting_asks_three_people(company: Company) -> None:
    case = Case.objects.get(id=started(company).case_id)
    asks = Ask.objects.filter(case_id=case.id).order_by("name")
    assert (case.title, case.number, case.status) == ("Halden Foods: Web shop", 1, "open")
    assert [(ask.name, ask.display, ask.verb, ask.least_proof) for ask in asks] == [
        ("Confirm logistics", "Priya Nair", "fill in", "link"),
        ("Confirm the deployment", "Sam Ortiz", "confirm", "link"),
        ("Sign off the contract", "Mira Holt", "approve", "login"),
    ]
    assert {home.title for home in Home.objects.all()} == {"Halden Foods: Web shop"}
    assert Delivery.objects.filter(purpose="ask", channel="page", state="handed over").count() == 3


def test_friday_to_its_end(company: Company) -> None:
    case_id = started(company).case_id
    at = FRIDAY + timedelta(minutes=10)
    sign = ask_for(case_id, "Sign off the contract")
    answer_ask(
        ask_id=ask_for(case_id, "Confirm the deployment").id, outcome="done", by=company.sam, proof="link", at=at
    )
    answer_ask(ask_id=sign.id, outcome="rejected", by=company.mira, proof="login", comment="Cap it.", at=at)
    amend = ask_for(case_id, "Amend the contract")
    answer_ask(ask_id=amend.id, outcome="done", facts={"contract": "Contract v4"}, by=company.ana, proof="link", at=at)
    again = ask_for(case_id, "Sign off the contract")
    assert (again.round, again.state) == (2, "open")
    assert again.covered_hash != sign.covered_hash
    answer_ask(ask_id=again.id, outcome="approved", by=company.mira, proof="login", at=at)
    filled = {"go-live": "2026-03-12", "contact": "kim@halden.example"}
    logistics = ask_for(case_id, "Confirm logistics")
    answer_ask(ask_id=logistics.id, outcome="done", facts=filled, by=company.priya, proof="link", at=at)
    case = Case.objects.get(id=case_id)
    assert (case.status, case.closed_at, case.stuck) == ("done", at, 0)
    assert not Home.objects.exists()
    assert not Timer.objects.filter(state="open").exists()
    kinds = Journal.objects.filter(case_id=case_id).order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["CaseStarted", *["AnswerArrived"] * 5]
