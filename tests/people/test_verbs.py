from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.people.models import Absence, Person
from doorstep.people.name_assistant import dismiss_assistant, name_assistant
from doorstep.people.note_absence import note_absence, strike_absence
from doorstep.people.recognise import Relation, may_answer_for
from doorstep.people.set_account import set_account
from doorstep.people.set_rights import set_rights

pytestmark = pytest.mark.database

FRIDAY = datetime(2026, 3, 6, 12, tzinfo=UTC)


@pytest.fixture
def people() -> dict[str, UUID]:
    made = {
        name: Person.objects.create(name=name.title(), email=f"{name}@x.example") for name in ("mira", "lea", "jon")
    }
    made["ed"] = Person.objects.create(name="Ed", email="ed@x.example", administrator=True)
    return {name: person.id for name, person in made.items()}


def relation(people: dict[str, UUID], kind: str = "approved") -> Relation:
    return may_answer_for(people["lea"], people["mira"], at=FRIDAY, kind=kind)


def test_an_assistant_is_named_changed_and_dismissed(people: dict[str, UUID]) -> None:
    mira, lea = people["mira"], people["lea"]
    name_assistant(person=mira, assistant=lea, by=mira)
    assert relation(people) == Relation.ASSISTANT
    name_assistant(person=mira, assistant=lea, by=mira, kinds=["promised"])
    assert (relation(people), relation(people, "promised")) == (Relation.NONE, Relation.ASSISTANT)
    assert [dismiss_assistant(person=mira, assistant=lea, by=mira) for _ in range(2)] == [True, False]


def test_an_absence_is_noted_changed_and_struck(people: dict[str, UUID]) -> None:
    mira = people["mira"]
    for stand_in in ("jon", "lea"):
        note_absence(person=mira, first=date(2026, 3, 2), last=date(2026, 3, 8), by=mira, stand_in=people[stand_in])
    assert relation(people) == Relation.STAND_IN
    strike_absence(absence=Absence.objects.get().id, by=mira)
    assert relation(people) == Relation.NONE


def test_an_account_is_set_and_taken_away(people: dict[str, UUID]) -> None:
    for account, kept in (("1", ["1"]), (" 2 ", ["2"]), ("", [])):
        set_account(person=people["mira"], system="Jira", external_id=account, by=people["ed"])
        held = Person.objects.get(id=people["mira"]).external_accounts
        assert list(held.values_list("external_id", flat=True)) == kept


def test_rights_are_given_and_the_last_administrator_stays(people: dict[str, UUID]) -> None:
    set_rights(person=people["mira"], by=people["ed"], administrator=True, auditor=True)
    set_rights(person=people["ed"], by=people["mira"], administrator=False, auditor=False)
    with pytest.raises(NotUsable) as refused:
        set_rights(person=people["mira"], by=people["mira"], administrator=False, auditor=True)
    assert str(refused.value) == "This is the last administrator. Make another one first."
    rights = Person.objects.order_by("name").values_list("name", "administrator", "auditor")
    assert list(rights) == [("Ed", False, False), ("Jon", False, False), ("Lea", False, False), ("Mira", True, True)]


@pytest.mark.parametrize("by", ["jon", "mira", "ed"])
def test_who_may_do_what(people: dict[str, UUID], by: str) -> None:
    """Assistants and absences: the person or an administrator; accounts and rights: administrators."""
    who, mira, lea = people[by], people["mira"], people["lea"]
    away = Absence.objects.create(person_id=mira, first=date(2026, 1, 1), last=date(2026, 1, 2)).id
    own: list[Callable[[], object]] = [
        lambda: name_assistant(person=mira, assistant=lea, by=who),
        lambda: dismiss_assistant(person=mira, assistant=lea, by=who),
        lambda: note_absence(person=mira, first=date(2026, 3, 2), last=date(2026, 3, 8), by=who),
        lambda: strike_absence(absence=away, by=who),
    ]
    everybodys: list[Callable[[], object]] = [
        lambda: set_account(person=mira, system="Jira", external_id="1", by=who),
        lambda: set_rights(person=mira, by=who, administrator=False, auditor=True),
    ]
    assert [_may(one) for one in own] == [by != "jon"] * 4
    assert [_may(one) for one in everybodys] == [by == "ed"] * 2


def _may(verb: Callable[[], object]) -> bool:
    try:
        verb()
    except NotAllowed:
        return False
    return True


def test_nobody_stands_in_for_or_assists_themselves(people: dict[str, UUID]) -> None:
    mira = people["mira"]
    with pytest.raises(NotUsable, match="Nobody is their own assistant"):
        name_assistant(person=mira, assistant=mira, by=mira)
    with pytest.raises(NotUsable, match="Nobody stands in for themselves"):
        note_absence(person=mira, first=date(2026, 3, 2), last=date(2026, 3, 8), by=mira, stand_in=mira)
    with pytest.raises(NotUsable, match="ends after it begins, but got 2026-03-08 to 2026-03-02"):
        note_absence(person=mira, first=date(2026, 3, 8), last=date(2026, 3, 2), by=mira)
