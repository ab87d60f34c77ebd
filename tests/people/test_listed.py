from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from doorstep.people import listed as module
from doorstep.people.listed import listed
from doorstep.people.models import Membership, Person, Role

pytestmark = pytest.mark.database


def put(count: int) -> None:
    legal = Role.objects.create(name="Legal counsel")
    boss = Person.objects.create(name="Zoe Boss", email="zoe@x.example")
    for number in range(count):
        person = Person.objects.create(name=f"Person {number}", email=f"p{number}@x.example", manager=boss)
        for scope in ({}, {"country": "DE"}):
            Membership.objects.create(person=person, role=legal, scope=scope)


def rows(words: str, window: slice = slice(0, 10)) -> list[tuple[str, str, str]]:
    return [(row.person.name, row.roles, row.manager) for row in listed(words, window=window)]


def test_people_by_name_with_their_roles() -> None:
    put(2)
    first, second = ("Person 0", "Legal counsel", "Zoe Boss"), ("Person 1", "Legal counsel", "Zoe Boss")
    boss = ("Zoe Boss", "", "")
    assert rows("") == [first, second, boss]
    assert rows("", slice(1, 2)) == [second]
    assert (rows("legal"), rows("p1@"), rows("BOSS"), rows("nobody")) == ([first, second], [second], [boss], [])
    assert (rows("bos zo"), rows("zoe@x.example"), rows("erson"), rows("@")) == ([boss], [boss], [], [])
    assert rows("person legal") == []
    assert rows("example", slice(1, 3)) == [second, boss]


@pytest.mark.parametrize("count", [1, 3])
def test_more_people_cost_no_more(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    put(count)
    with django_assert_num_queries(5):
        assert len(listed("person", window=slice(0, 10))) == count


def test_many_are_found_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    put(3)
    few = rows("person")
    monkeypatch.setattr(module, "FEW", 1)
    assert (rows("person"), len(few)) == (few, 3)
    assert rows("person", slice(1, 2)) == few[1:2]
