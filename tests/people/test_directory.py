from __future__ import annotations

import pytest

from doorstep.people.directory import Directory, directory
from doorstep.people.models import Person, Role

pytestmark = pytest.mark.database


def test_the_directory_has_what_pages_may_name() -> None:
    Role.objects.create(name="Legal counsel")
    mira = Person.objects.create(name="Mira", email="mira@x.example")
    mira.aliases.create(address="legal@x.example")
    Person.objects.create(name="pat@c.example", email="pat@c.example", outside=True)
    assert directory(channels={"Jira"}, systems={"Salesforce"}) == Directory(
        roles=frozenset({"Legal counsel"}),
        people=frozenset({"mira@x.example", "legal@x.example"}),
        channels=frozenset({"e-mail", "page", "Jira"}),
        systems=frozenset({"Salesforce"}),
    )
