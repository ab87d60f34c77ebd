from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from doorstep.people.models import Person, Role
from doorstep.people.named import OF_ONE_NAME, named_in, near_to

pytestmark = pytest.mark.database

DAY = date(2026, 3, 6)


@pytest.fixture(autouse=True)
def people() -> None:
    for name in ("Mira Holt", "Sam Ortiz", "Sam Zulu", "Jörg Äpfel", "Anne Marie de la Cruz"):
        Person.objects.create(name=name, email=f"{name.split()[0].lower().replace('ö', 'oe')}{len(name)}@x.example")
    Person.objects.create(name="Mira Gone", email="gone@x.example", left_on=date(2026, 1, 1))
    for role in ("Legal counsel", "VP Customer Success"):
        Role.objects.create(name=role)


def names(text: str) -> list[str]:
    found = named_in(text, day=DAY)
    return [name for name, _ in found.persons] + list(found.roles)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mira approves contract.pdf", ["Mira Holt"]),
        ("SAM confirms it", ["Sam Ortiz", "Sam Zulu"]),
        ("Sam Zulu, then mira9@x.example", ["Mira Holt", "Sam Ortiz", "Sam Zulu"]),
        ("jörg gives the date; Anne Marie de la Cruz reads it", ["Anne Marie de la Cruz", "Jörg Äpfel"]),
        ("Ask the legal counsel: sign", ["Legal counsel"]),
        ("Mir approves it", []),
        ("", []),
        ("' OR 1=1; -- %s %(x)s \\ \x01", []),
    ],
)
def test_whom_a_text_may_name(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_few_of_one_first_name_are_read() -> None:
    for number in range(40):
        Person.objects.create(name=f"Kim {number:02}", email=f"kim{number}@x.example")
    assert len(names("Kim approves it")) == OF_ONE_NAME
    assert "Kim 39" in names("Kim 39 approves it")


def test_who_is_near_is_found_by_first_letters_and_domain() -> None:
    found = near_to("Miro approves it, zed@x.example too", day=DAY)
    assert "Mira Holt" in [name for name, _ in found.persons]
    assert "Jörg Äpfel" in [name for name, _ in found.persons]
    assert found.roles == ("Legal counsel", "VP Customer Success")


@pytest.mark.parametrize("text", ["Mira approves it", "Mira, Sam and Jörg approve it\nLegal counsel reads it\n" * 5])
def test_any_text_costs_two_queries(text: str, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        named_in(text, day=DAY)
