"""Queries written once answer each time what is asked then."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from doorstep.people.models import Absence, Membership, Person, Role
from doorstep.people.prepared import Prepared

pytestmark = pytest.mark.database


def away(person: UUID, on: date) -> QuerySet[Absence, Any]:
    return Absence.objects.filter(person=person, first__lte=on, last__gte=on).values_list("last")


def holding(roles: list[UUID]) -> QuerySet[Membership, Any]:
    return Membership.objects.filter(role__among=roles).order_by("person__name").values_list("person__name")


def test_it_answers_each_time_what_is_asked(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ana, bob = (Person.objects.create(name=name, email=f"{name}@x.example") for name in ("Ana", "Bob"))
    Absence.objects.create(person=ana, first=date(2026, 3, 2), last=date(2026, 3, 6))
    asked = Prepared(away)
    with django_assert_num_queries(7):
        for _ in range(5):  # from the sixth time on the server may plan it for whatever is asked
            assert asked(person=ana.id, on=date(2026, 3, 4)) == [(date(2026, 3, 6),)]
        assert asked(person=ana.id, on=date(2026, 3, 9)) == []
        assert asked(person=bob.id, on=date(2026, 3, 4)) == []


def test_a_list_may_have_any_length() -> None:
    roles = [Role.objects.create(name=name) for name in ("A", "B")]
    for name, role in (("Ana", roles[0]), ("Bob", roles[1])):
        Membership.objects.create(person=Person.objects.create(name=name, email=f"{name}@x.example"), role=role)
    asked = Prepared(holding)
    assert asked(roles=[role.id for role in roles]) == [("Ana",), ("Bob",)]
    assert asked(roles=[roles[1].id]) == [("Bob",)]
    assert asked(roles=[]) == []


def test_what_cannot_stand_for_another_is_refused() -> None:
    with pytest.raises(TypeError, match="Expected an id, a time, a day or a list of ids, but got 'Ana'"):
        Prepared(away)(person="Ana", on=datetime(2026, 3, 4, tzinfo=UTC))
