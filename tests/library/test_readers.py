"""Who may meet a process, asked of everybody at once, is who may meet it when they are asked one by one."""

from __future__ import annotations

import pytest
from tests.cases.company import FRIDAY, Company

from doorstep.library.give_right import grant
from doorstep.library.models import Group, Process, Right
from doorstep.library.readers import readers_of
from doorstep.library.seen import may_meet
from doorstep.people.models import Membership, Person, Role
from doorstep.stewardship.models import Ownership, OwnershipState

pytestmark = pytest.mark.database
PAGE = """# Hire somebody

- Owner: vera@northwind.example
- Expert: Legal counsel
- Group: People
- Audience: Account manager

## Talk to them

- Who: bob@northwind.example
"""


@pytest.fixture
def process(db: None) -> Process:
    company = Company()
    Process.objects.all().delete()
    company.publish(PAGE)
    row = Process.objects.get()
    for short, column in (("sam", "auditor"), ("priya", "administrator")):
        Person.objects.filter(id=company.people[short].id).update(**{column: True})
    champion = Person.objects.create(name="Cleo", email="cleo@northwind.example")
    Group.objects.update(champion=champion)
    for name in ("Dora", "Emil", "Fritz", "Gus", "Hana"):
        Person.objects.create(name=name, email=f"{name.lower()}@northwind.example")
    temp = Role.objects.create(name="Temp")
    Membership.objects.create(person=Person.objects.get(name="Emil"), role=temp)
    grant(right=Right.SEE, to=Person.objects.get(name="Dora"), on=row, by=None)
    grant(right=Right.SEE, to=temp, on=Group.objects.get(), by=None)
    Process.objects.filter(id=row.id).update(custodian=Person.objects.get(name="Gus"))
    Ownership.objects.update_or_create(
        process=row,
        defaults={"proposed": Person.objects.get(name="Hana"), "state": OwnershipState.PROPOSED, "since": FRIDAY},
    )
    return Process.objects.select_related("group").get(id=row.id)


@pytest.mark.parametrize(("alone", "with_its_group"), [(False, False), (True, False), (False, True), (True, True)])
def test_both_ways_of_asking_agree(process: Process, alone: bool, with_its_group: bool) -> None:
    Process.objects.update(restricted=alone)
    Group.objects.update(restricted=with_its_group)
    row = Process.objects.select_related("group").get(id=process.id)
    at_once = set(Person.objects.filter(readers_of(row)).values_list("name", flat=True))
    one_by_one = {person.name for person in Person.objects.all() if may_meet(row.id, person.id)}
    assert at_once == one_by_one
    assert {"Gus", "Hana"} <= at_once  # who has it in custody, and who is asked to own it
    assert ("Fritz" in at_once) is not (alone or with_its_group)
