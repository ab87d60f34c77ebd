from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from doorstep.people.keys import person_key, role_key
from doorstep.people.models import Absence, Assistant, Membership, Person, Role
from doorstep.people.recognise import Relation, may_answer_for, person_of

pytestmark = pytest.mark.database

FRIDAY = datetime(2026, 3, 6, 12, tzinfo=UTC)


@pytest.fixture
def mira() -> Person:
    mira = Person.objects.create(name="Mira Holt", email="mira@x.example", zone="Europe/Berlin")
    mira.aliases.create(address="legal@x.example")
    return mira


@pytest.fixture
def lea() -> Person:
    return Person.objects.create(name="Lea Vogt", email="lea@x.example")


@pytest.fixture
def legal(mira: Person) -> Role:
    role = Role.objects.create(name="Legal counsel")
    Membership.objects.create(role=role, person=mira)
    return role


def relation(sender: object, addressee: object, kind: str = "approved", process: str = "close") -> Relation:
    return may_answer_for(sender, addressee, at=FRIDAY, kind=kind, process=process)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["mira@x.example", "MIRA@X.example", " legal@x.example "])
def test_somebody_is_recognised_by_any_address_of_theirs(mira: Person, address: str) -> None:
    found = person_of(address)
    assert found is not None
    assert (found.id, found.name, found.zone, found.language, found.channel) == (
        mira.id,
        "Mira Holt",
        "Europe/Berlin",
        "en",
        "",
    )


def test_an_address_nobody_has_is_nobodys(mira: Person) -> None:
    assert person_of("jon@x.example") is None


def test_an_address_costs_one_query(mira: Person, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        person_of("legal@x.example")


def test_people_answer_for_themselves_from_every_address(mira: Person) -> None:
    assert [relation(sender, mira.id) for sender in ("mira@x.example", "legal@x.example", mira.id)] == [
        Relation.SELF,
        Relation.ALIAS,
        Relation.SELF,
    ]


def test_a_holder_answers_for_a_role(mira: Person, lea: Person, legal: Role) -> None:
    key = role_key(legal.id)
    assert (relation("mira@x.example", key), relation("lea@x.example", key)) == (Relation.HOLDER, Relation.NONE)


def test_a_stranger_and_somebody_else_answer_for_nobody(mira: Person, lea: Person) -> None:
    assert [relation(sender, mira.id) for sender in ("stranger@c.example", "lea@x.example")] == [Relation.NONE] * 2


def test_an_assistant_answers_in_the_kinds_they_may(mira: Person, lea: Person, legal: Role) -> None:
    right = Assistant.objects.create(person=mira, assistant=lea, kinds=["promised", "question"])
    assert relation("lea@x.example", mira.id, "promised") == Relation.ASSISTANT
    assert relation("lea@x.example", role_key(legal.id), "question") == Relation.ASSISTANT
    assert relation("lea@x.example", mira.id, "approved") == Relation.NONE
    right.kinds = []
    right.save()
    assert relation("lea@x.example", mira.id, "approved") == Relation.ASSISTANT
    assert relation("mira@x.example", lea.id) == Relation.NONE


def test_a_stand_in_answers_while_the_person_is_away(mira: Person, lea: Person, legal: Role) -> None:
    away = Absence.objects.create(person=mira, first=date(2026, 3, 2), last=date(2026, 3, 8), stand_in=lea)
    assert relation("lea@x.example", mira.id) == Relation.STAND_IN
    assert relation("lea@x.example", role_key(legal.id)) == Relation.STAND_IN
    away.processes = ["hire"]
    away.save()
    assert [relation("lea@x.example", mira.id, process=key) for key in ("close", "hire")] == [
        Relation.NONE,
        Relation.STAND_IN,
    ]
    away.last = date(2026, 3, 5)
    away.save()
    assert relation("lea@x.example", mira.id, process="hire") == Relation.NONE


def test_who_left_answers_for_nobody(mira: Person) -> None:
    Person.objects.update(left_on=date(2026, 3, 6))
    assert relation("mira@x.example", mira.id) == Relation.NONE


def test_a_key_of_nobody_is_answered_by_nobody(mira: Person, lea: Person) -> None:
    assert relation("mira@x.example", person_key(lea.id)) == Relation.NONE
    assert relation("mira@x.example", "") == Relation.NONE
