"""What a directory says is taken over: again and again, and never more than it may."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from doorstep.people.models import Account, Alias, ExternalAccount, Membership, Move, Person, Role
from doorstep.people.take_over import Taken, TooManyLeft, take_over
from doorstep.plugin_api import DirectoryPerson

pytestmark = pytest.mark.database

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
TODAY = NOW.date()
JON = DirectoryPerson("1", "Jon Park", "Jon@x.example", department="Legal", title="Head of legal", roles=("Managers",))
MIRA = DirectoryPerson(
    "2", "Mira Holt", "mira@x.example", ("legal@x.example",), manager="1", roles=("Legal counsel",), department="Legal"
)
BOTH = (JON, MIRA)


def pull(*people: DirectoryPerson, whole: bool = True, sweeping: bool = False, at: datetime = NOW) -> Taken:
    return take_over(people, source="AD", whole=whole, at=at, sweeping=sweeping)


def person(name: str) -> Person:
    return Person.objects.get(name__startswith=name)


def everything() -> list[object]:
    tables = (Person, Alias, Role, Membership, ExternalAccount, Move)
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


def many(count: int, first: int = 0) -> tuple[DirectoryPerson, ...]:
    return tuple(DirectoryPerson(f"k{n}", f"P {n}", f"p{n}@x.example") for n in range(first, first + count))


def test_people_come_with_their_manager_roles_and_addresses() -> None:
    assert pull(*BOTH) == Taken(added=2)
    mira = person("Mira")
    assert (mira.email, mira.manager, mira.department) == ("mira@x.example", person("Jon"), "Legal")
    assert list(mira.aliases.values_list("address", flat=True)) == ["legal@x.example"]
    assert [(one.role.name, one.source) for one in mira.memberships.select_related("role")] == [("Legal counsel", "AD")]
    assert person("Jon").title == "Head of legal"


def test_the_same_again_changes_nothing() -> None:
    pull(*BOTH)
    before = everything()
    assert pull(*BOTH) == Taken()
    assert everything() == before


def test_a_hundred_cost_as_many_queries_as_three(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    pull(*many(3))
    with django_assert_num_queries(9):
        pull(*many(3))
    pull(*many(103))
    with django_assert_num_queries(9):
        pull(*many(103))


def test_who_is_known_by_an_address_is_the_same_person() -> None:
    known = Person.objects.create(name="M. Holt", email="legal@x.example", zone="Europe/Berlin")
    pull(*BOTH)
    known.refresh_from_db()
    assert (known.name, known.email, known.zone) == ("Mira Holt", "mira@x.example", "Europe/Berlin")
    assert list(Alias.objects.values_list("address", flat=True)) == ["legal@x.example"]


def test_a_new_address_keeps_the_old_one_as_an_alias() -> None:
    pull(*BOTH)
    pull(JON, replace(MIRA, address="mira.berg@x.example", name="Mira Berg"))
    mira = person("Mira")
    assert mira.email == "mira.berg@x.example"
    assert set(mira.aliases.values_list("address", flat=True)) == {"mira@x.example", "legal@x.example"}
    pull(JON, MIRA)
    assert person("Mira").email == "mira@x.example"


# -- Leaving ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["gone", "disabled"])
def test_who_is_gone_or_disabled_has_left(how: str) -> None:
    pull(*BOTH, *many(20))
    mira = person("Mira")
    mira.account = Account.objects.create(email="mira@x.example")
    mira.save()
    rest = (JON, *many(20))
    done = pull(*rest) if how == "gone" else pull(*rest, replace(MIRA, active=False))
    mira.refresh_from_db()
    assert (done.left, mira.left_on) == (("Mira Holt",), TODAY)
    assert str(done) == "0 added, 0 changed, 1 left (Mira Holt), 0 moved."
    assert not Account.objects.get().is_active
    assert list(mira.memberships.all()) == []
    assert pull(*rest).left == ()


def test_changes_alone_say_nothing_of_who_is_not_named() -> None:
    pull(*BOTH)
    assert pull(replace(JON, title="Head", roles=None), whole=False).left == ()
    assert (person("Mira").left_on, person("Jon").title) == (None, "Head")
    assert person("Jon").memberships.count() == 1


def test_who_comes_back_is_back() -> None:
    pull(*BOTH, *many(20))
    pull(JON, *many(20))
    done = pull(*BOTH, *many(20), at=NOW + timedelta(days=1))
    assert (done.back, person("Mira").left_on) == (1, None)


def test_who_was_marked_by_hand_stays_so() -> None:
    pull(*BOTH)
    Person.objects.filter(name="Mira Holt").update(left_on=date(2026, 3, 1))
    pull(*BOTH)
    assert person("Mira").left_on == date(2026, 3, 1)


def test_people_the_directory_never_named_stay() -> None:
    Person.objects.create(name="Olga Out", email="olga@y.example", outside=True)
    pull(*BOTH)
    assert person("Olga").left_on is None


def test_a_pull_that_would_make_many_leave_stops_and_changes_nothing() -> None:
    pull(*many(40))
    before = everything()
    with pytest.raises(TooManyLeft, match="AD no longer has 5 of the 40 people it knew") as refused:
        pull(*many(35), *many(3, first=100))
    assert "Nothing was changed" in str(refused.value)
    assert everything() == before
    assert len(pull(*many(35), sweeping=True).left) == 5


def test_four_or_a_tenth_may_leave_without_a_question() -> None:
    pull(*many(60))
    assert len(pull(*many(56)).left) == 4
    pull(*many(56, first=200), *many(56))
    assert len(pull(*many(56, first=200), *many(45)).left) == 11


def test_a_directory_that_is_suddenly_empty_is_not_believed() -> None:
    pull(*BOTH)
    with pytest.raises(TooManyLeft):
        pull()


def test_the_last_administrator_is_not_taken_away() -> None:
    pull(*BOTH)
    Person.objects.filter(name="Mira Holt").update(administrator=True)
    done = pull(JON)
    assert (done.left, person("Mira").left_on) == ((), None)
    assert "the last administrator" in done.faults[0]


# -- Moving ----------------------------------------------------------------------------------------------


def test_another_department_is_written_down_with_what_was() -> None:
    pull(*BOTH)
    eve = DirectoryPerson("3", "Eve Moss", "eve@x.example", department="Sales")
    done = pull(JON, eve, replace(MIRA, department="Sales", manager="3"))
    (move,) = Move.objects.all()
    assert done.moved == 1
    assert (move.person, move.on, move.department_before, move.department) == (person("Mira"), TODAY, "Legal", "Sales")
    assert (move.manager_before, move.manager) == (person("Jon"), person("Eve"))


def test_a_role_that_the_directory_gave_is_taken_back_and_no_other() -> None:
    pull(*BOTH)
    own = Role.objects.create(name="Fire warden")
    Membership.objects.create(person=person("Mira"), role=own)
    pull(JON, replace(MIRA, roles=()))
    assert [one.role.name for one in person("Mira").memberships.select_related("role")] == ["Fire warden"]


def test_a_role_somebody_holds_already_stays_theirs() -> None:
    role = Role.objects.create(name="legal COUNSEL")
    mira = Person.objects.create(name="Mira Holt", email="mira@x.example")
    Membership.objects.create(person=mira, role=role)
    pull(*BOTH)
    pull(JON, replace(MIRA, roles=()))
    assert mira.memberships.get().source == ""


# -- Entries that cannot be taken ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (DirectoryPerson("9", "", "x@x.example"), "has no name"),
        (DirectoryPerson("9", "No Mail", ""), "No Mail has no usable e-mail address"),
        (DirectoryPerson("9", "Bad Mail", "not an address"), "no usable e-mail address"),
        (DirectoryPerson("9", "Other Mira", "mira@x.example"), "belongs to another entry"),
        (DirectoryPerson("2", "Mira Holt", "mira@x.example"), "is there twice"),
        (DirectoryPerson("9", "Al", "al@x.example", ("jon@x.example",)), "jon@x.example is an address of Jon Park"),
    ],
)
def test_what_cannot_be_taken_is_said_and_the_rest_is_taken(entry: DirectoryPerson, why: str) -> None:
    done = pull(*BOTH, entry)
    assert why in done.faults[0]
    assert person("Mira").email == "mira@x.example"


def test_a_manager_nobody_knows_is_none_and_a_chain_that_bites_its_tail_is_kept() -> None:
    pull(replace(JON, manager="2"), MIRA, DirectoryPerson("3", "Eve Moss", "eve@x.example", manager="77"))
    assert (person("Jon").manager, person("Mira").manager) == (person("Mira"), person("Jon"))
    assert person("Eve").manager is None


def test_an_address_of_a_leaver_is_given_to_somebody_new() -> None:
    pull(JON, MIRA)
    pull(JON, DirectoryPerson("8", "Mira Neu", "mira@x.example"))
    assert Person.objects.filter(email="mira@x.example").count() == 1
