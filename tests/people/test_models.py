from __future__ import annotations

import pytest
from django.db import connection

from doorstep.people.models import Person

pytestmark = pytest.mark.database


def test_a_person_is_found_by_address_and_by_alias_without_case() -> None:
    mira = Person.objects.create(name="Mira Holt", email="mira@x.example")
    mira.aliases.create(address="legal@x.example")
    found = [
        list(Person.objects.addressed(address)) for address in ("MIRA@x.example", "Legal@X.example", "jon@x.example")
    ]
    assert found == [[mira], [mira], []]


def test_the_roles_of_an_installation_exist() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'doorstep%' ORDER BY 1")
        assert cursor.fetchall() == [("doorstep_app",), ("doorstep_owner",)]
