from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from doorstep.library import queries
from doorstep.library.errors import NotUsable
from doorstep.library.give_right import grant, withdraw_grant
from doorstep.library.models import Appearance, Grant, Group, Process, Right
from doorstep.library.publish import publish, same_step_candidates
from doorstep.library.restrict import restrict
from doorstep.library.rights import may_amend, may_share
from doorstep.library.seen import FURTHER, groups_met, may_meet, seen_by, seen_in_role
from doorstep.library.starting import may_start
from doorstep.library.why import Given, Known, Reason, allows, explained, reasons, why, why_each, why_in_role
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Membership, Person, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.database

NOW = datetime(2026, 3, 6, 21, tzinfo=UTC)
LAYOFFS = """\
# Prepare the layoffs

- Owner: owner@x.example
- Expert: Head of people
- Group: People matters
- Audience: Works council

## Draw up the list

- Who: clerk@x.example

## Sign the list

- Who: Legal counsel
- Approve: {list}
- If rejected: "Mend the list", then ask again

## Mend the list

- Who: whoever started this
- Fill in: list (text)

## Tell the council

- Who: Legal counsel
- Due: 1 day
"""
LAYOFFS = LAYOFFS.replace(
    "\n## Draw", "\n| Fact | Kind | From |\n|---|---|---|\n| list | text | whoever starts |\n\n## Draw"
)
WHO = ("owner", "clerk", "lawyer", "council", "head", "champion", "friend", "stranger", "admin", "auditor")
HOLDS = {"lawyer": "Legal counsel", "council": "Works council", "head": "Head of people"}


@pytest.fixture
def people() -> dict[str, Person]:
    made = {name: Person.objects.create(name=name.title(), email=f"{name}@x.example") for name in WHO}
    for name, role in HOLDS.items():
        Membership.objects.create(person=made[name], role=Role.objects.create(name=role))
    Person.objects.filter(name="Admin").update(administrator=True)
    Person.objects.filter(name="Auditor").update(auditor=True)
    return made


@pytest.fixture
def layoffs(people: dict[str, Person]) -> Process:
    done = publish(text=LAYOFFS, by=None, at=NOW)
    Group.objects.update(champion=people["champion"])
    Process.objects.update(restricted=True)
    return Process.objects.select_related("group").get(id=done.process_id)


def those(people: dict[str, Person], process: Process) -> set[str]:
    return {name for name, person in people.items() if may_meet(process.id, person.id)}


CONCERNED = {"owner", "clerk", "lawyer", "council", "head", "champion", "admin", "auditor"}


# -- Who meets what ----------------------------------------------------------------------------------


def test_everybody_meets_what_is_not_restricted(people: dict[str, Person], layoffs: Process) -> None:
    Process.objects.update(restricted=False)
    assert those(people, layoffs) == set(WHO)


def test_those_it_concerns_meet_what_is_restricted(people: dict[str, Person], layoffs: Process) -> None:
    assert those(people, layoffs) == CONCERNED


def test_a_restricted_group_keeps_all_of_its_processes(people: dict[str, Person], layoffs: Process) -> None:
    Process.objects.update(restricted=False)
    Group.objects.update(restricted=True)
    assert those(people, layoffs) == CONCERNED


@pytest.mark.parametrize("card", ["- Group: Canteen\n", ""])
def test_a_page_that_leaves_a_restricted_group_is_not_opened_by_that(
    people: dict[str, Person], layoffs: Process, card: str
) -> None:
    Process.objects.update(restricted=False)
    Group.objects.update(restricted=True)
    publish(text=LAYOFFS.replace("- Group: People matters\n", card), by=None, at=NOW, process=layoffs.key)
    row = Process.objects.select_related("group").get(id=layoffs.id)
    assert str(row.group or "") == ("Canteen" if card else "")
    assert those(people, row) == CONCERNED - {"champion"}


@pytest.mark.parametrize("on", ["process", "group"])
@pytest.mark.parametrize("to", ["person", "role"])
def test_a_right_given_opens_it(people: dict[str, Person], layoffs: Process, on: str, to: str) -> None:
    role = Role.objects.create(name="Friends")
    Membership.objects.create(person=people["friend"], role=role)
    whom = people["friend"] if to == "person" else role
    where = layoffs if on == "process" else layoffs.group
    assert where is not None
    given = grant(right=Right.SEE, to=whom, on=where, by=people["owner" if on == "process" else "champion"].id, at=NOW)
    assert those(people, layoffs) == CONCERNED | {"friend"}
    withdraw_grant(grant=given.id, by=people["champion"].id)
    assert those(people, layoffs) == CONCERNED


def test_the_operator_meets_everything(layoffs: Process) -> None:
    assert may_meet(layoffs.id, None)


def test_a_holder_of_a_role_meets_what_the_role_does(people: dict[str, Person], layoffs: Process) -> None:
    seen = {role.name: Process.objects.filter(seen_in_role(role.id)).exists() for role in Role.objects.all()}
    assert seen == {"Legal counsel": True, "Works council": True, "Head of people": True}
    other = Role.objects.create(name="Other")
    assert not Process.objects.filter(seen_in_role(other.id)).exists()


def test_lists_and_single_pages_hold_nothing_a_stranger_may_not_meet(
    people: dict[str, Person], layoffs: Process
) -> None:
    stranger, lawyer = people["stranger"].id, people["lawyer"].id
    assert [one.key for one in queries.processes_for(stranger)] == []
    assert [one.key for one in queries.processes_for(lawyer)] == ["prepare-the-layoffs"]
    assert queries.effective("prepare-the-layoffs", by=stranger) is None
    assert queries.effective("prepare-the-layoffs", by=lawyer) is not None


def test_a_group_is_known_by_what_one_meets_in_it(people: dict[str, Person], layoffs: Process) -> None:
    known = {name for name, person in people.items() if groups_met(person.id).exists()}
    assert known == CONCERNED


# -- Publishing beside what one may not meet ------------------------------------------------------------


def test_a_page_of_the_same_title_is_a_process_of_its_own(people: dict[str, Person], layoffs: Process) -> None:
    text = "# Prepare the layoffs\n\nMine.\n"
    assert same_step_candidates(text=text, by=people["stranger"].id) == ()
    done = publish(text=text, by=people["stranger"].id, at=NOW)
    assert (done.process_id == layoffs.id, done.number, done.same_step) == (False, 1, ())


def test_the_key_of_what_one_may_not_meet_is_the_key_of_nothing(people: dict[str, Person], layoffs: Process) -> None:
    said = []
    for key in (layoffs.key, "nothing-at-all"):
        with pytest.raises(Exception, match="there is no") as refused:
            publish(text="# Other\n", by=people["stranger"].id, process=key, at=NOW)
        said.append(str(refused.value).replace(key, "…"))
    assert said[0] == said[1]


# -- What they may do ------------------------------------------------------------------------------------


def test_what_each_may_do_with_a_restricted_process(people: dict[str, Person], layoffs: Process) -> None:
    grant(right=Right.SEE, to=people["friend"], on=layoffs, by=None, at=NOW)

    def allowed(may: object) -> set[str]:
        assert callable(may)
        return {name for name, person in people.items() if may(layoffs, person.id)}

    version = layoffs.versions.get()

    def starts(process: Process, person: UUID) -> bool:
        return may_start(process=process.id, version=version.id, person=person)

    assert allowed(starts) == CONCERNED - {"auditor"}
    assert allowed(may_amend) == {"owner", "head", "admin"}
    assert allowed(may_share) == {"owner", "champion", "admin"}


def test_a_right_to_amend_publishes(people: dict[str, Person], layoffs: Process) -> None:
    with pytest.raises(NotAllowed, match="Only the owner or the expert"):
        publish(text=LAYOFFS + "\nMore.\n", by=people["lawyer"].id, at=NOW)
    grant(right=Right.AMEND, to=people["lawyer"], on=layoffs, by=people["owner"].id, at=NOW)
    assert publish(text=LAYOFFS + "\nMore.\n", by=people["lawyer"].id, at=NOW).number == 2


def test_only_owner_champion_and_administrators_say_who_sees_it(people: dict[str, Person], layoffs: Process) -> None:
    for name in ("clerk", "lawyer", "head", "auditor", "stranger"):
        with pytest.raises(NotAllowed, match=r"Only its owner, .* may say who sees"):
            restrict(on=layoffs, by=people[name].id, restricted=False)
        with pytest.raises(NotAllowed, match="may say who sees"):
            grant(right=Right.SEE, to=people[name], on=layoffs, by=people[name].id)
    restrict(on=layoffs, by=people["owner"].id, restricted=False)
    assert those(people, layoffs) == set(WHO)


def test_a_right_is_given_once_and_to_nobody_who_left(people: dict[str, Person], layoffs: Process) -> None:
    for _ in range(2):
        grant(right=Right.SEE, to=people["friend"], on=layoffs, by=None, at=NOW)
    assert Grant.objects.count() == 1
    gone = Person(name="Gone", email="gone@x.example", left_on=date(2026, 1, 1))
    with pytest.raises(NotUsable, match="Gone is not"):
        grant(right=Right.SEE, to=gone, on=layoffs, by=None, at=NOW)


def test_what_is_gone_is_said_or_forgiven(people: dict[str, Person], layoffs: Process) -> None:
    given = grant(right=Right.SEE, to=people["friend"], on=layoffs, by=None, at=NOW)
    withdraw_grant(grant=given.id, by=people["owner"].id)
    withdraw_grant(grant=given.id, by=people["owner"].id)
    Process.objects.all().delete()
    with pytest.raises(NotUsable, match="no longer there"):
        restrict(on=layoffs, by=None)


# -- Where they come in ------------------------------------------------------------------------------------


def rows() -> Iterable[tuple[str, list[list[object]]]]:
    return sorted(
        (str(row.role or row.person or "whoever starts"), row.steps)
        for row in Appearance.objects.select_related("role", "person")
    )


def test_a_page_in_force_says_where_each_comes_in(layoffs: Process) -> None:
    assert rows() == [
        ("Clerk", [[1, "Draw up the list"]]),
        ("Legal counsel", [[2, "Sign the list"], [3, "Tell the council"]]),
        ("whoever starts", [[0, "Mend the list"]]),
    ]


def test_a_new_version_says_it_anew(layoffs: Process) -> None:
    publish(text="# Prepare the layoffs\n\n## Do it\n\n- Who: Works council\n", by=None, at=NOW)
    assert rows() == [("Works council", [[1, "Do it"]])]


# -- Why --------------------------------------------------------------------------------------------------


def test_the_reasons_in_words() -> None:
    known = Known(
        restricted=True,
        owner=True,
        expert_role="Finance",
        champion=True,
        steps=("Draw up the list",),
        roles=(("Legal counsel", ("Sign", "Tell", "File")), ("Works council", ())),
        grants=(Given(Right.AMEND, "Vera", "Clerks", "Money"), Given(Right.SEE, "")),
        further=("have it in custody",),
        administrator=True,
        auditor=True,
    )
    assert [(one.right.value, one.because) for one in reasons(known)] == [
        ("amend", "Vera granted it to whoever holds Clerks, for all of Money"),
        ("amend", "you administer this installation"),
        ("amend", "you hold Finance, which is its expert"),
        ("amend", "you own it"),
        ("start", "step “Draw up the list” names you"),
        ("start", "you are the champion of its group"),
        ("start", "you have it in custody"),
        ("start", "you hold Legal counsel, which “Sign” and 2 more steps name"),
        ("start", "you hold Works council, which the page names"),
        ("see", "it was granted to you"),
        ("see", "you are an auditor"),
    ]
    assert reasons(Known(restricted=True)) == ()
    assert reasons(Known()) == (Reason(Right.SEE, "everybody may"),)


def test_reasons_agree_with_what_is_met(people: dict[str, Person], layoffs: Process) -> None:
    grant(right=Right.SEE, to=people["friend"], on=layoffs, by=None, at=NOW)
    for person in people.values():
        assert allows(why(layoffs, person.id), Right.SEE) is may_meet(layoffs.id, person.id)


def test_the_sentence_on_the_page(people: dict[str, Person], layoffs: Process) -> None:
    said = {name: explained(layoffs, why(layoffs, people[name].id)) for name in ("lawyer", "clerk", "stranger")}
    assert said == {
        "lawyer": "You see this because you hold Legal counsel, which “Sign the list” and another step name.",
        "clerk": "You see this because step “Draw up the list” names you.",
        "stranger": "",
    }
    layoffs.restricted = False
    assert explained(layoffs, why(layoffs, people["lawyer"].id)) == "You see this because everybody may."


@pytest.mark.parametrize("count", [1, 3])
def test_the_reasons_of_many_cost_no_more(
    people: dict[str, Person], count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        publish(text=LAYOFFS.replace("layoffs", f"layoffs {number}"), by=None, at=NOW)
    every = list(Process.objects.select_related("group"))
    with django_assert_num_queries(5 + len(FURTHER)):
        found = why_each(every, people["lawyer"].id)
    assert len(found) == count


def test_why_a_holder_of_a_role_sees_it(people: dict[str, Person], layoffs: Process) -> None:
    role = Role.objects.get(name="Works council")
    found = why_in_role([layoffs], role.id, role.name)[layoffs.id]
    assert found == (Reason(Right.START, "you hold Works council, which the page names"),)


@pytest.mark.parametrize("count", [1, 3])
def test_the_condition_is_one_query_more(
    people: dict[str, Person], count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        publish(text=f"# Page {number}\n\n- Owner: owner@x.example\n", by=None, at=NOW)
    with django_assert_num_queries(2):
        assert Process.objects.filter(seen_by(people["stranger"].id)).count() == count
