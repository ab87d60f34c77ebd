"""The journal: appended, chained, private apart, erased without breaking, verified."""

from __future__ import annotations

import json
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from tests.cases.company import FRIDAY, Company

from doorstep.cases import anchors
from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.erase import erase
from doorstep.cases.export import evidence
from doorstep.cases.grants import grant
from doorstep.cases.models import Ask, Case, Counter, Journal, JournalPrivate
from doorstep.cases.queries import history
from doorstep.cases.refusals import NotAllowed
from doorstep.cases.start_case import start_case
from doorstep.cases.verify import verify

pytestmark = pytest.mark.database

FACTS = {"client": "Halden Foods", "project": "Web shop", "value": 84000, "contract": "Contract v3"}


@pytest.fixture
def case_id(company: Company) -> UUID:
    found = start_case(version_id=company.publish(), facts=FACTS, by=company.ana, at=FRIDAY).case_id
    ask = Ask.objects.get(name="Sign off the contract")
    answer_ask(ask_id=ask.id, outcome="rejected", by=company.mira, proof="login", comment="Too much cap.", at=FRIDAY)
    return found


def test_what_is_true_is_verified(case_id: UUID) -> None:
    anchors.anchor_today(at=FRIDAY)
    found = verify()
    assert (found.cases, found.entries, found.erased, found.anchors, found.findings) == (1, 2, 0, 1, ())


def test_an_entry_holds_nothing_a_person_could_be_read_from(case_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(j)::text FROM cases_journal j")
        text = " ".join(row[0] for row in cursor.fetchall())
    assert not [word for word in ("Halden", "Mira", "cap", "84000", "Contract") if word in text]


def test_history_is_readable_and_says_who(case_id: UUID, company: Company) -> None:
    started, answered = history(case_id)
    assert (started.kind, started.by, started.content["facts"]) == (
        "CaseStarted",
        "Ana Marsh",
        {
            "client": "Halden Foods",
            "project": "Web shop",
            "value": {"$money": ["84000", "EUR"]},
            "contract": "Contract v3",
        },
    )
    assert (answered.by, answered.content["outcome"], answered.content["comment"], answered.content["put"]) == (
        "Mira Holt",
        "rejected",
        "Too much cap.",
        {"covered": {"contract": "Contract v3", "value": {"$money": ["84000", "EUR"]}}, "shown": {}},
    )


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE cases_journal SET kind = 'StepSkipped' WHERE seq = 2", "it was changed"),
        ("DELETE FROM cases_journal WHERE seq = 1", "entries are missing"),
        ("DELETE FROM cases_journal WHERE seq = 2", "but the journal ends here"),
        ("DELETE FROM cases_journalprivate WHERE seq = 2", "Its private part is missing"),
        ("UPDATE cases_journalprivate SET sealed = (SELECT sealed FROM cases_journalprivate WHERE seq = 1) WHERE seq = 2", "does not open"),
        ("UPDATE cases_case SET number = 2", "numbered without gaps"),
        ("UPDATE cases_counter SET value = 2", "The counter says there were 2 runs"),
        ("UPDATE cases_anchor SET heads = '[]'", "is not what it was made of"),
        ("UPDATE cases_journal SET hash = decode(repeat('00', 32), 'hex') WHERE seq = 2", "names another head"),
    ],
)  # fmt: skip
def test_what_was_tampered_with_is_found(case_id: UUID, statement: str, why: str) -> None:
    anchors.anchor_today(at=FRIDAY)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert [finding for finding in verify().findings if why in str(finding)]


def test_erasing_a_person_leaves_the_chain_whole(case_id: UUID, company: Company) -> None:
    with pytest.raises(NotAllowed):
        erase(person=company.mira, by=company.bob)
    assert erase(person=company.mira, by=None) == 1
    answered = history(case_id)[1]
    assert (answered.erased, answered.content) == (True, {})
    found = verify()
    assert (found.erased, found.findings) == (1, ())


def test_the_line_of_the_day_is_made_once_and_covers_what_moved(case_id: UUID) -> None:
    line = anchors.anchor_today(at=FRIDAY)
    assert line.startswith("2026-03-06 journal head ")
    assert line.endswith(" over 1 runs")
    assert anchors.anchor_today(at=FRIDAY) == ""
    assert Counter.objects.get(name="case").value == 1


def test_a_case_is_one_evidence_file(case_id: UUID) -> None:
    found = json.loads(json.dumps(evidence(Case.objects.get(id=case_id))))
    assert found["run"]["title"] == "Halden Foods: Web shop"
    assert found["page"]["text"].startswith("# Close a client project")
    signed = next(ask for ask in found["asks"] if ask["name"] == "Sign off the contract")
    assert (signed["outcome"], signed["proof"], signed["answer"]["comment"]) == ("rejected", "login", "Too much cap.")
    assert signed["put"]["covered"]["contract"] == "Contract v3"
    assert found["verified"] == {"entries": 2, "erased": 0, "findings": []}
    assert [entry["kind"] for entry in found["journal"]] == ["CaseStarted", "AnswerArrived"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_journal SET kind = 'x'",
        "DELETE FROM cases_journal",
        "TRUNCATE cases_journalprivate",
        "DELETE FROM cases_anchor",
    ],
)
def test_the_applications_role_may_only_insert_and_select(case_id: UUID, statement: str) -> None:
    grant(connection.connection, role="doorstep_app")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE doorstep_app")
        cursor.execute("SELECT count(*) FROM cases_journal")
        assert cursor.fetchone() == (2,)
        cursor.execute(
            "INSERT INTO cases_journal SELECT case_id, 3, kind, at, recorded_at, person, step, instance, round,"
            " digest, kernel, state_hash, prev, hash FROM cases_journal WHERE seq = 2"
        )
        with pytest.raises(Exception, match="permission denied") as refused:
            cursor.execute(statement)
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_private_parts_are_sealed(case_id: UUID) -> None:
    assert not [row for row in JournalPrivate.objects.all() if b"Halden" in bytes(row.sealed)]
    assert Journal.objects.count() == JournalPrivate.objects.count()
