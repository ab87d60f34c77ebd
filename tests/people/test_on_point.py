"""Exactly one holder of a role is on point at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from doorstep.people.errors import NotUsable
from doorstep.people.models import Absence, Membership, OnPoint, Person, Role
from doorstep.people.on_point import Turn, begin_turns, hand_point, on_point_of, turns_due

pytestmark = pytest.mark.database

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def role(db: None) -> Role:
    row = Role.objects.create(name="Head of travel")
    for name in ("Ana", "Bob", "Cem"):
        person = Person.objects.create(name=name, email=f"{name.lower()}@x.example", zone="UTC")
        Membership.objects.create(role=row, person=person)
    return row


def named(name: str) -> Person:
    return Person.objects.get(name=name)


def whose(role: Role, at: datetime) -> str:
    turn = on_point_of(role.id, at=at)
    return turn.person.name if turn else ""


def test_holders_take_turns_by_name(role: Role) -> None:
    seen = []
    for week in range(4):
        now = MONDAY + timedelta(weeks=week)
        assert turns_due({role.id: 7}, at=now) == {role.id}
        begin_turns([role.id], at=now)
        assert turns_due({role.id: 7}, at=now + 6 * DAY) == frozenset()
        seen.append(whose(role, now + 6 * DAY))
    assert seen == ["Ana", "Bob", "Cem", "Ana"]


def test_a_turn_says_since_when_until_when_and_who_is_next(role: Role) -> None:
    begin_turns([role.id], at=MONDAY)
    assert on_point_of(role.id, at=MONDAY + 3 * DAY) == Turn(
        role.id, "Head of travel", named("Ana"), date(2026, 3, 2), date(2026, 3, 8), named("Bob")
    )


def test_who_is_away_or_gone_is_passed_over_at_once(role: Role) -> None:
    begin_turns([role.id], at=MONDAY)
    Absence.objects.create(person=named("Ana"), first=MONDAY.date(), last=MONDAY.date() + 2 * DAY)
    Person.objects.filter(name="Bob").update(left_on=MONDAY.date())
    assert whose(role, MONDAY + DAY) == "Cem"
    assert whose(role, MONDAY + 3 * DAY) == "Ana"


def test_when_all_are_away_somebody_still_is(role: Role) -> None:
    for person in Person.objects.all():
        Absence.objects.create(person=person, first=MONDAY.date(), last=MONDAY.date())
    assert whose(role, MONDAY) == "Ana"


def test_a_role_nobody_holds_has_nobody(role: Role) -> None:
    Membership.objects.all().delete()
    assert on_point_of(role.id, at=MONDAY) is None
    assert begin_turns([role.id], at=MONDAY) == ()


def test_the_point_is_handed_on(role: Role) -> None:
    begin_turns([role.id], at=MONDAY)
    hand_point(role=role.id, to=named("Cem").id, at=MONDAY + DAY)
    assert whose(role, MONDAY + DAY) == "Cem"
    hand_point(role=role.id, to=named("Bob").id, at=MONDAY + DAY)
    assert (whose(role, MONDAY + DAY), OnPoint.objects.count()) == ("Bob", 2)


def test_the_point_goes_to_a_holder_alone(role: Role) -> None:
    other = Person.objects.create(name="Dee", email="dee@x.example")
    with pytest.raises(NotUsable, match="somebody who holds the role"):
        hand_point(role=role.id, to=other.id, at=MONDAY)


def test_two_workers_begin_one_turn(role: Role) -> None:
    begin_turns([role.id], at=MONDAY)
    begin_turns([role.id], at=MONDAY)
    assert OnPoint.objects.count() == 1
