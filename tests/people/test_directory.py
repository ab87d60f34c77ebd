from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from doorstep.people.directory import NEAR, Directory, directory, one_slip
from doorstep.people.models import Person, Role

pytestmark = pytest.mark.database


def test_the_directory_has_what_pages_may_name() -> None:
    Role.objects.create(name="Legal counsel")
    mira = Person.objects.create(name="Mira", email="mira@x.example")
    mira.aliases.create(address="legal@x.example")
    Person.objects.create(name="pat@c.example", email="pat@c.example", outside=True)
    text = "- Owner: Mira@x.example\n\nAsk `legal@x.example`, <pat@c.example>."
    assert directory(text, channels={"Jira"}, systems={"Salesforce"}) == Directory(
        roles=frozenset({"Legal counsel"}),
        people=frozenset({"mira@x.example", "legal@x.example"}),
        channels=frozenset({"e-mail", "page", "Jira"}),
        systems=frozenset({"Salesforce"}),
    )


@pytest.mark.parametrize("more", [1, NEAR + 20])
def test_of_people_it_has_whom_a_slip_of_the_pen_may_mean(more: int) -> None:
    for address in ("vera@x.example", "vera@y.example"):
        Person.objects.create(name="Vera", email=address)
    Person.objects.bulk_create(Person(name=f"Ada {at}", email=f"ada{at}@x.example") for at in range(more))
    found = directory("- Owner: vrea@x.example").people
    assert "vera@x.example" in found
    assert "vera@y.example" not in found
    assert len(found) <= NEAR + 1
    assert directory("- Owner: vera@x.example").people == {"vera@x.example"}
    assert directory("- Owner: vera@elsewhere.example").people == frozenset()


@pytest.mark.parametrize("slip", ["vrea", "ver", "verra", "vara"])
def test_one_slip_is_a_letter_too_few_too_many_another_or_two_swapped(slip: str) -> None:
    assert "vera@x.example" in set(one_slip(f"{slip}@x.example"))


@pytest.mark.parametrize("count", [1, 3])
def test_many_addresses_cost_as_many_queries_as_one(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for at in range(count):
        Person.objects.create(name=f"Person {at}", email=f"p{at}@x.example")
    text = " ".join(f"p{at}@x.example q{at}@x.example" for at in range(count))
    with django_assert_num_queries(4):
        directory(text)
