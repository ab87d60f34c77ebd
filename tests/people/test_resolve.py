from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from doorstep.people.keys import HomeKeys, exact_key, keys_of, person_key, role_key
from doorstep.people.models import Absence, Membership, Person, Role
from doorstep.people.resolve import Found, NotFound, resolve
from doorstep.reading import page

pytestmark = pytest.mark.database

FRIDAY = datetime(2026, 3, 6, 21, tzinfo=UTC)


def person(name: str, **columns: object) -> Person:
    return Person.objects.create(name=name, email=f"{name.partition(' ')[0].lower()}@x.example", **columns)


def role(name: str, *holders: tuple[Person, dict[str, str]]) -> Role:
    made = Role.objects.create(name=name)
    for holder, scope in holders:
        Membership.objects.create(role=made, person=holder, scope=scope)
    return made


def find(
    addressee: page.Addressee,
    *,
    facts: dict[str, object] | None = None,
    starter: UUID | None = None,
    doers: dict[str, UUID] | None = None,
    excluded: tuple[UUID, ...] = (),
    process: str = "",
) -> Found | NotFound:
    return resolve(
        addressee, facts=facts or {}, starter=starter, doers=doers or {}, at=FRIDAY, excluded=excluded, process=process
    )


def names(found: Found | NotFound) -> list[str]:
    assert isinstance(found, Found), found
    return [one.name for one in found.persons]


def why(found: Found | NotFound) -> str:
    assert isinstance(found, NotFound), found
    return found.why


# -- Roles -----------------------------------------------------------------------------------------


def test_a_role_is_offered_to_its_holders_under_one_key() -> None:
    mira, jon = person("Mira Holt"), person("Jon Park")
    legal = role("Legal counsel", (mira, {}), (jon, {}))
    found = find(page.Role("legal counsel"))
    assert names(found) == ["Jon Park", "Mira Holt"]
    assert isinstance(found, Found)
    assert (found.key, found.role) == (role_key(legal.id), "Legal counsel")


def test_a_scope_picks_the_holder_whose_scope_says_it() -> None:
    everywhere, germany, france = person("Eve"), person("Gert"), person("Fleur")
    tax = role("Tax lead", (everywhere, {}), (germany, {"country": "DE"}), (france, {"country": "FR"}))
    asked = page.Role("Tax lead", (("country", "{country}"),))
    assert names(find(asked, facts={"country": "de"})) == ["Gert"]
    assert names(find(asked, facts={"country": "IT"})) == ["Eve"]
    italy = find(asked, facts={"country": "IT"})
    assert isinstance(italy, Found)
    assert italy.key == exact_key(tax.id, {})


def test_without_a_scope_every_holder_is_asked() -> None:
    role("Tax lead", (person("Gert"), {"country": "DE"}), (person("Fleur"), {"country": "FR"}))
    assert names(find(page.Role("Tax lead"))) == ["Fleur", "Gert"]


@pytest.mark.parametrize(
    "scope", [(), (("country", "DE"),), (("country", "IT"),), (("country", "DE"), ("product", "B"))], ids=str
)
def test_exactly_those_found_have_the_key_on_their_home(scope: tuple[tuple[str, str], ...]) -> None:
    everybody = [person(name) for name in ("Eve", "Gert", "Gina", "Fleur", "Bo")]
    scopes = [{}, {"country": "DE"}, {"country": "DE", "product": "A"}, {"country": "FR"}, {"product": "B"}]
    role("Tax lead", *zip(everybody, scopes, strict=True))
    found = find(page.Role("Tax lead", scope))
    assert isinstance(found, Found)
    with_key = {one.id for one in everybody if found.key in keys_of(one.id, at=FRIDAY).own}
    assert with_key == {one.id for one in found.persons}


def test_an_unknown_fact_in_a_scope_is_nobody_yet() -> None:
    role("Tax lead", (person("Gert"), {"country": "DE"}))
    assert why(find(page.Role("Tax lead", (("country", "{country}"),)))) == (
        'The fact "country" says who is meant, but it is not known yet. Fill it in, or name somebody.'
    )


def test_a_role_that_nobody_made_or_holds_says_so() -> None:
    role("Tax lead")
    assert why(find(page.Role("Legal council"))) == (
        '"Legal council" is not a role. Add the role under People, or ask somebody else.'
    )
    assert why(find(page.Role("Tax lead", (("country", "DE"),)))) == (
        'Nobody holds the role "Tax lead" for country DE. Add a holder under People, or ask somebody else.'
    )


def test_who_left_holds_no_role() -> None:
    role("Legal counsel", (person("Mira Holt", left_on=date(2026, 3, 6)), {}), (person("Jon Park"), {}))
    assert names(find(page.Role("Legal counsel"))) == ["Jon Park"]


def test_separation_of_duties_leaves_the_other_holders() -> None:
    mira, jon = person("Mira Holt"), person("Jon Park")
    role("Legal counsel", (mira, {}), (jon, {}))
    assert names(find(page.Role("Legal counsel"), excluded=(mira.id,))) == ["Jon Park"]
    assert why(find(page.Role("Legal counsel"), excluded=(mira.id, jon.id))) == (
        'Everybody who holds the role "Legal counsel" is kept out of this step by its Not by. '
        "Add another holder under People, or ask somebody else."
    )


# -- People ----------------------------------------------------------------------------------------


def test_a_person_by_address_or_alias() -> None:
    mira = person("Mira Holt")
    mira.aliases.create(address="legal@x.example")
    for address in ("mira@x.example", "Legal@x.example"):
        found = find(page.Address(address))
        assert isinstance(found, Found)
        assert ([one.id for one in found.persons], found.key) == ([mira.id], person_key(mira.id))


def test_an_address_nobody_has_becomes_an_outside_person_once() -> None:
    first, again = find(page.Address("Pat@Client.example")), find(page.Address("pat@client.example"))
    assert isinstance(first, Found)
    assert first == again
    assert [(one.name, one.email, one.outside) for one in first.persons] == [
        ("pat@client.example", "pat@client.example", True)
    ]


@pytest.mark.parametrize(
    "value",
    [
        "mira@x.example",
        "Mira Holt <mira@x.example>",
        "Mira Holt",
        {"Name": "Mira", "Email": "mira@x.example"},
        ["mira@x.example", "mira@x.example"],
    ],
    ids=str,
)
def test_a_fact_holds_a_person_in_many_ways(value: object) -> None:
    person("Mira Holt")
    assert names(find(page.FactHolder("contact"), facts={"contact": value})) == ["Mira Holt"]


def test_a_fact_holds_an_id_a_role_or_a_field_of_a_record() -> None:
    mira = person("Mira Holt")
    role("Legal counsel", (mira, {}))
    assert names(find(page.FactHolder("who"), facts={"who": str(mira.id)})) == ["Mira Holt"]
    assert names(find(page.FactHolder("who"), facts={"who": "Legal counsel"})) == ["Mira Holt"]
    owner: dict[str, object] = {"opportunity": {"Owner": {"Email": "mira@x.example"}}}
    assert names(find(page.FactHolder("opportunity.Owner"), facts=owner)) == ["Mira Holt"]


def test_a_name_of_two_people_or_of_none_is_not_enough() -> None:
    person("Mira Holt")
    Person.objects.create(name="Mira Holt", email="other@x.example")
    assert why(find(page.FactHolder("who"), facts={"who": "Mira Holt"})) == (
        '"Mira Holt" is not enough to know who is meant: more than one person has this name. Use the e-mail address.'
    )
    assert why(find(page.FactHolder("who"), facts={"who": "Nobody"})) == (
        '"Nobody" is not enough to know who is meant: no person and no role has this name. Use the e-mail address.'
    )


def test_whoever_started_this_and_whoever_did_a_step() -> None:
    ana, mira = person("Ana"), person("Mira Holt")
    assert names(find(page.Starter(), starter=ana.id)) == ["Ana"]
    assert names(find(page.Doer("Sign off"), doers={"Sign off": mira.id})) == ["Mira Holt"]
    assert why(find(page.Doer("Sign off"))) == (
        'Nobody has done "Sign off" yet, so it is not known who is meant. Ask again when it is done.'
    )
    assert why(find(page.Starter())) == "Nobody started this: it started by itself. Name a person or a role instead."


def test_who_left_or_is_kept_out_is_named() -> None:
    mira = person("Mira Holt")
    assert why(find(page.Address("mira@x.example"), excluded=(mira.id,))) == (
        "Mira Holt is kept out of this step by its Not by. Ask somebody else."
    )
    Person.objects.update(left_on=date(2026, 3, 1))
    assert why(find(page.Address("mira@x.example"))) == (
        "Mira Holt left on 2026-03-01. Ask somebody else, or change the page."
    )


# -- Those around them -----------------------------------------------------------------------------


def test_managers_come_nearest_first_and_those_who_left_are_passed_over() -> None:
    top = person("Top")
    gone = person("Gone", manager=top, left_on=date(2026, 1, 1))
    lead = person("Lead", manager=gone)
    mira = person("Mira Holt", manager=lead)
    found = find(page.Address("mira@x.example"))
    assert isinstance(found, Found)
    assert [one.name for one in found.managers] == ["Lead", "Top"]
    assert names(find(page.ManagerOf(page.Starter()), starter=mira.id)) == ["Lead"]
    assert names(find(page.ManagerOf(page.ManagerOf(page.Starter())), starter=mira.id)) == ["Top"]


def test_the_manager_of_somebody_who_left_is_still_known() -> None:
    ana = person("Ana", manager=person("Boss"), left_on=date(2026, 1, 1))
    assert names(find(page.ManagerOf(page.Starter()), starter=ana.id)) == ["Boss"]


def test_the_manager_may_be_kept_out() -> None:
    boss = person("Boss")
    ana = person("Ana", manager=boss)
    found = find(page.ManagerOf(page.Starter()), starter=ana.id, excluded=(boss.id, ana.id))
    assert why(found) == "Boss is kept out of this step by its Not by. Ask somebody else."


def test_managers_in_a_circle_end() -> None:
    mira = person("Mira Holt")
    jon = person("Jon Park", manager=mira)
    Person.objects.filter(id=mira.id).update(manager=jon)
    found = find(page.Address("mira@x.example"))
    assert isinstance(found, Found)
    assert [one.name for one in found.managers] == ["Jon Park"]


def test_nobody_manages_the_top() -> None:
    assert why(find(page.ManagerOf(page.Starter()), starter=person("Top").id)) == (
        "No manager of Top is on record. Add one under People, or ask somebody else."
    )


def away(
    of: Person, stand_in: Person | None, first: int = 2, last: int = 8, *, processes: tuple[str, ...] = ()
) -> Absence:
    return Absence.objects.create(
        person=of, first=date(2026, 3, first), last=date(2026, 3, last), stand_in=stand_in, processes=list(processes)
    )


def stand_ins(found: Found | NotFound) -> list[str]:
    assert isinstance(found, Found), found
    return [one.name for one in found.stand_ins]


def test_a_stand_in_is_found_while_the_person_is_away() -> None:
    mira, jon = person("Mira Holt"), person("Jon Park")
    away(mira, jon)
    found = find(page.Address("mira@x.example"))
    assert stand_ins(found) == ["Jon Park"]
    assert isinstance(found, Found)
    assert [(one.person.name, one.until) for one in found.away] == [("Mira Holt", date(2026, 3, 8))]


@pytest.mark.parametrize(("first", "last"), [(1, 5), (7, 9)])
def test_nobody_stands_in_before_or_after(first: int, last: int) -> None:
    away(person("Mira Holt"), person("Jon Park"), first, last)
    assert stand_ins(find(page.Address("mira@x.example"))) == []


def test_a_day_away_is_one_of_the_persons_own_zone() -> None:
    mira, jon = person("Mira Holt", zone="Asia/Tokyo"), person("Jon Park")
    away(mira, jon, 7, 7)  # Friday 21:00 in UTC is Saturday in Tokyo
    assert stand_ins(find(page.Address("mira@x.example"))) == ["Jon Park"]


def test_a_stand_in_who_is_away_or_left_or_kept_out_is_none() -> None:
    mira, jon = person("Mira Holt"), person("Jon Park")
    away(mira, jon)
    assert stand_ins(find(page.Address("mira@x.example"), excluded=(jon.id,))) == []
    away(jon, None)
    assert stand_ins(find(page.Address("mira@x.example"))) == []
    Absence.objects.filter(person=jon).delete()
    Person.objects.filter(id=jon.id).update(left_on=date(2026, 3, 5))  # after the absence began
    assert stand_ins(find(page.Address("mira@x.example"))) == []


def test_a_stand_in_may_be_for_some_processes_only() -> None:
    away(person("Mira Holt"), person("Jon Park"), processes=("close-a-client-project",))
    assert stand_ins(find(page.Address("mira@x.example"), process="close-a-client-project")) == ["Jon Park"]
    assert stand_ins(find(page.Address("mira@x.example"), process="hire-somebody")) == []


def test_home_has_the_keys_of_those_stood_in_for() -> None:
    mira, jon = person("Mira Holt"), person("Jon Park")
    legal = role("Legal counsel", (mira, {}))
    away(mira, jon, processes=("close",))
    only = frozenset({"close"})
    assert keys_of(jon.id, at=FRIDAY) == HomeKeys(
        own=(person_key(jon.id),),
        standing_in=tuple((key, only) for key in (person_key(mira.id), role_key(legal.id), exact_key(legal.id, {}))),
    )


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    boss, other = person("Boss"), person("Other")
    holders = [person(f"P{number} Q", manager=boss) for number in range(count)]
    for holder in holders:
        away(holder, other)
    role("Legal counsel", *((holder, {}) for holder in holders))
    with django_assert_num_queries(4):
        assert len(names(find(page.Role("Legal counsel")))) == count


def test_who_is_not_on_record_any_more() -> None:
    assert why(find(page.Starter(), starter=uuid4())) == "Whoever is meant is no longer on record. Name somebody else."
