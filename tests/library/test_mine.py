from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from doorstep.library.department import Done, of_department
from doorstep.library.mine import Part, comes_in, mine, mine_in_role
from doorstep.library.models import Process
from doorstep.library.publish import publish
from doorstep.library.roles import known_role, known_roles
from doorstep.people.models import Membership, Person, Role

NOW = datetime(2026, 3, 6, 21, tzinfo=UTC)
PAGE = """\
# Do {name}

- Owner: vera@x.example
- Group: Work
- Audience: Reader

## Begin

- Who: Clerk

## Check

- Who: Lawyer

## File

- Who: Clerk

## Note it

- Who: whoever started this
"""


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (Part(), "need to know it"),
        (Part(steps=((3, "Sign"),)), "come in at step 3"),
        (Part(steps=((1, "A"), (3, "B"), (7, "C"))), "come in at steps 1, 3 and 7"),
        (Part(steps=((4, "A"),), starts=True), "start it, and come in at step 4"),
        (Part(starts=True), "start it"),
        (
            Part(steps=((2, "A"),), owns=True, knows=True, starts=True),
            "own it, know it, start it, and come in at step 2",
        ),
        (Part(steps=((0, "Mend"),)), "come in when something is rejected"),
        (Part(steps=tuple((n, str(n)) for n in range(1, 10))), "come in at steps 1, 2, 3, 4, 5, 6 and 3 more"),
    ],
)
def test_how_somebody_takes_part_in_words(part: Part, said: str) -> None:
    assert comes_in(part) == said


@pytest.fixture
def people(db: None) -> dict[str, Person]:
    made = {
        name: Person.objects.create(name=name.title(), email=f"{name}@x.example") for name in ("vera", "cleo", "bob")
    }
    for name, department in (("cleo", "Back office"), ("bob", "Sales")):
        Person.objects.filter(id=made[name].id).update(department=department)
    for role in ("Clerk", "Lawyer", "Reader"):
        Role.objects.create(name=role)
    Membership.objects.create(person=made["cleo"], role=Role.objects.get(name="Clerk"))
    return made


def put(name: str) -> UUID:
    return publish(text=PAGE.format(name=name), by=None, at=NOW).process_id


@pytest.mark.database
def test_ones_processes_are_those_ones_roles_appear_in_led_and_started(people: dict[str, Person]) -> None:
    first, second = put("apples"), put("berries")
    assert told(people["cleo"]) == [
        ("Do apples", "come in at steps 1 and 3"),
        ("Do berries", "come in at steps 1 and 3"),
    ]
    assert told(people["vera"]) == [("Do apples", "own it"), ("Do berries", "own it")]
    assert told(people["bob"]) == []
    assert told(people["bob"], second) == [("Do berries", "start it, and come in at step 4")]
    assert [title for title, _ in told(people["cleo"], second)] == ["Do berries", "Do apples"]
    Process.objects.filter(id=first).update(restricted=True)
    assert told(people["bob"], first) == []


@pytest.mark.database
def test_what_is_for_everybody_stands_at_the_end(people: dict[str, Person]) -> None:
    publish(text="# Alarm\n\n- Owner: vera@x.example\n- Audience: everybody\n\nWalk out.\n", by=None, at=NOW)
    for_all = put("apples"), PAGE.format(name="berries").replace("Audience: Reader", "Audience: everybody")
    publish(text=for_all[1], by=None, at=NOW)
    assert told(people["cleo"]) == [
        ("Do apples", "come in at steps 1 and 3"),
        ("Do berries", "come in at steps 1 and 3"),
        ("Alarm", "need to know it"),
    ]
    assert told(people["bob"]) == [("Alarm", "need to know it"), ("Do berries", "need to know it")]
    assert told(people["vera"])[0] == ("Alarm", "own it")


def told(person: Person, *started: UUID) -> list[tuple[str, str]]:
    return [(one.title, one.comes_in) for one in mine(person.id, started=started)[0]]


@pytest.mark.database
@pytest.mark.parametrize("count", [1, 3])
def test_ones_processes_cost_no_more(
    people: dict[str, Person], count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        put(f"thing {number}")
    with django_assert_num_queries(5):
        assert mine(people["cleo"].id, limit=2)[1] == count


@pytest.mark.database
def test_a_role_has_its_processes_as_far_as_the_viewer_may_meet_them(people: dict[str, Person]) -> None:
    first = put("apples")
    put("berries")
    clerk = Role.objects.get(name="Clerk")
    assert [one.title for one in mine_in_role(clerk.id, viewer=people["bob"].id)[0]] == ["Do apples", "Do berries"]
    Process.objects.filter(id=first).update(restricted=True)
    assert [one.title for one in mine_in_role(clerk.id, viewer=people["bob"].id)[0]] == ["Do berries"]
    assert [one.title for one in mine_in_role(clerk.id, viewer=people["vera"].id)[0]] == ["Do apples", "Do berries"]


@pytest.mark.database
def test_roles_are_known_by_holding_them_and_by_pages_one_may_meet(people: dict[str, Person]) -> None:
    first = put("apples")
    names = [role.name for role in known_roles(people["cleo"].id)]
    assert names == ["Clerk", "Lawyer", "Reader"]
    Process.objects.filter(id=first).update(restricted=True)
    assert [role.name for role in known_roles(people["bob"].id)] == []
    assert known_role(people["bob"].id, Role.objects.get(name="Clerk").id) is None
    assert [role.name for role in known_roles(people["cleo"].id, words="law")] == ["Lawyer"]


@pytest.mark.database
@pytest.mark.parametrize("count", [1, 3])
def test_a_department_does_what_its_roles_come_in(
    people: dict[str, Person], count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        put(f"thing {number}")
    with django_assert_num_queries(4):
        found = of_department("Back office", viewer=people["bob"].id, window=slice(0, 10))
    assert found[0] == Done("do-thing-0", "Do thing 0", "Work", "Clerk")
    assert len(found) == count
    assert of_department("Sales", viewer=people["bob"].id, window=slice(0, 10)) == []
