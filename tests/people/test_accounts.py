from __future__ import annotations

import pytest

from doorstep.people.accounts import external_id, link, person_with
from doorstep.people.models import ExternalAccount, Person

pytestmark = pytest.mark.database


def test_somebody_is_known_in_another_system_both_ways() -> None:
    mira = Person.objects.create(name="Mira", email="mira@x.example")
    assert (external_id(mira.id, "Jira"), person_with("Jira", "1")) == (None, None)
    link(person=mira.id, system="Jira", external_id="1")
    found = person_with("jira", "1")
    assert found is not None
    assert (external_id(mira.id, "JIRA"), found.name) == ("1", "Mira")


def test_an_id_belongs_to_one_person_and_a_person_has_one() -> None:
    mira, jon = (Person.objects.create(name=name, email=f"{name}@x.example") for name in ("mira", "jon"))
    for person, account in ((mira, "1"), (mira, "2"), (jon, "2")):
        link(person=person.id, system="Jira", external_id=account)
    assert list(ExternalAccount.objects.values_list("person__name", "external_id")) == [("jon", "2")]
