"""Joiners and movers: what is new to them they are asked to see, what no longer concerns them they are not."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.cases.company import Company
from tests.stewardship.at_once import do_jobs
from tests.stewardship.changing import DAY, MONDAY, SOONER, look, published

from doorstep.library.models import Materiality, Process
from doorstep.people.models import Account, Membership, Person, Role
from doorstep.stewardship import joined
from doorstep.stewardship.acknowledge import acknowledge, opened
from doorstep.stewardship.concerned import as_whom, asked_as
from doorstep.stewardship.difference import difference
from doorstep.stewardship.joined import WELCOME, compare_roles
from doorstep.stewardship.models import Acknowledgement, Held, Note, ProgressKind
from doorstep.stewardship.progress import progress_of

pytestmark = pytest.mark.database
OTHER = """# Order a licence

- Owner: vera@northwind.example

## Choose it

- Who: Delivery engineer

## Order it

- Who: Delivery engineer

## Approve it

- Who: Legal counsel
"""


POLICY = """# Policy on gifts

- Owner: vera@northwind.example
- Audience: Everybody

Nobody takes gifts worth more than 50 dollars.
"""


def acknowledged(version: UUID, person: UUID) -> None:
    opened(version_id=version, by=person)
    acknowledge(version_id=version, by=person)


def join(person: UUID, role: str) -> None:
    Membership.objects.create(person_id=person, role=Role.objects.get(name=role))


def leave(person: UUID, role: str) -> None:
    Membership.objects.filter(person=person, role__name=role).delete()


def told(person: UUID) -> list[str]:
    return sorted(Note.objects.filter(person=person).values_list("text", flat=True))


def test_the_first_look_takes_what_is_there_as_known(company: Company, known: UUID) -> None:
    here = Person.objects.filter(outside=False).count()
    assert Held.objects.count() == Membership.objects.count() + here
    assert compare_roles(MONDAY) == 0
    assert not Note.objects.exists()


def test_who_joins_hears_what_is_new_to_them(company: Company, known: UUID) -> None:
    other = published(OTHER, materiality=Materiality.EDITORIAL)
    join(company.bob, "Delivery engineer")
    assert compare_roles(MONDAY + DAY) == 1
    assert told(company.bob) == [
        "Close a client project: new to you, 1 step.",
        "New to you as Delivery engineer: 2 processes, 3 steps.",
        "Order a licence: new to you, 2 steps.",
    ]
    rows = Acknowledgement.objects.filter(person=company.bob)
    assert {(row.version_id, row.since_id, row.state) for row in rows} == {
        (known, None, "asked"),
        (other, None, "asked"),
    }
    assert compare_roles(MONDAY + DAY) == 0


def test_a_role_no_page_names_tells_nothing(company: Company, known: UUID) -> None:
    Membership.objects.create(person_id=company.bob, role=Role.objects.create(name="Gardener"))
    look(MONDAY + DAY)
    assert told(company.bob) == []


def test_who_leaves_a_role_is_asked_no_more_the_same_day(company: Company, known: UUID) -> None:
    second = published(SOONER, at=MONDAY + DAY)
    leave(company.sam, "Delivery engineer")
    look(MONDAY + DAY)
    assert Acknowledgement.objects.get(version=second, person=company.sam).state == "dropped"
    assert told(company.sam) == []
    assert Acknowledgement.objects.get(version=second, person=company.ana).state == "asked"


def test_who_leaves_one_of_two_audiences_is_still_asked(company: Company, known: UUID) -> None:
    join(company.sam, "Account manager")
    look(MONDAY + DAY)
    second = published(SOONER, at=MONDAY + DAY)
    leave(company.sam, "Delivery engineer")
    look(MONDAY + 2 * DAY)
    assert Acknowledgement.objects.get(version=second, person=company.sam).state == "asked"


def test_who_leaves_the_company_is_asked_no_more(company: Company, known: UUID) -> None:
    second = published(SOONER, at=MONDAY + DAY)
    Person.objects.filter(id=company.sam).update(left_on=(MONDAY + DAY).date())
    look(MONDAY + DAY)
    assert Acknowledgement.objects.get(version=second, person=company.sam).state == "dropped"
    assert not Held.objects.filter(person=company.sam).exists()


def test_who_comes_back_is_asked_again_but_not_what_they_know(company: Company, known: UUID) -> None:
    other = published(OTHER, materiality=Materiality.EDITORIAL)
    join(company.bob, "Delivery engineer")
    look(MONDAY + DAY)
    opened(version_id=known, by=company.bob)
    acknowledge(version_id=known, by=company.bob)
    leave(company.bob, "Delivery engineer")
    look(MONDAY + 2 * DAY)
    join(company.bob, "Delivery engineer")
    look(MONDAY + 3 * DAY)
    states = {row.version_id: row.state for row in Acknowledgement.objects.filter(person=company.bob)}
    assert states == {known: "done", other: "asked"}


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(
    company: Company, known: UUID, many: int, django_assert_max_num_queries: object
) -> None:
    for n in range(many):
        one = Person.objects.create(name=f"Engineer {n}", email=f"e{n}@northwind.example")
        join(one.id, "Delivery engineer")
    with django_assert_max_num_queries(19):  # type: ignore[operator]
        assert compare_roles(MONDAY + DAY) == 2 * many  # each is here, and holds a role


class TestManyAtOnce:
    """Three who join where four things are for them each, and a look that asks four times at most."""

    @pytest.fixture
    def three(self, company: Company, known: UUID, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
        for title in ("Order a licence", "Order a desk", "Order a phone"):
            published(OTHER.replace("Order a licence", title), materiality=Materiality.EDITORIAL)
        monkeypatch.setattr(joined, "ROWS", 4)
        people = [Person.objects.create(name=f"Engineer {n}", email=f"e{n}@northwind.example").id for n in range(3)]
        for one in people:
            join(one, "Delivery engineer")
        return people

    def test_each_look_asks_some_and_a_job_is_asked_for_the_rest(self, company: Company, three: list[UUID]) -> None:
        found = compare_roles(MONDAY + DAY)
        asked = Acknowledgement.objects.filter(person__in=three)
        assert 0 < found < 6
        assert asked.count() == 4
        assert str(progress_of(WELCOME, kind=ProgressKind.JOINING)) == f"{found} of 6 told what is new to them"
        assert ProcrastinateJob.objects.filter(task_name="welcome_joined", status="todo").count() == 1
        do_jobs()
        assert asked.count() == 12
        assert {row.state for row in asked} == {"asked"}
        done = progress_of(WELCOME, kind=ProgressKind.JOINING)
        assert done is not None
        assert (str(done), done.ended_at is not None) == ("6 of 6 told what is new to them", True)
        assert compare_roles(MONDAY + DAY) == 0

    def test_a_look_that_does_not_need_another_asks_for_no_job(self, company: Company, known: UUID) -> None:
        join(company.bob, "Delivery engineer")
        assert compare_roles(MONDAY + DAY) == 1
        assert progress_of(WELCOME, kind=ProgressKind.JOINING) is None
        assert not ProcrastinateJob.objects.exists()

    def test_an_administrator_sees_how_far_it_has_come(self, company: Company, three: list[UUID]) -> None:
        compare_roles(MONDAY + DAY)
        vera = Person.objects.get(id=company.vera)
        vera.administrator, vera.account = True, Account.objects.create(email=vera.email)
        vera.save()
        client = Client()
        client.force_login(vera.account, backend="django.contrib.auth.backends.ModelBackend")
        assert "of 6 told what is new to them" in client.get("/people/").content.decode()


class TestASecondRole:
    """Somebody acknowledged a page in one role, and then takes on a second that it names, too."""

    @pytest.fixture
    def done(self, company: Company, known: UUID) -> UUID:
        version = published(SOONER, at=MONDAY + DAY)
        acknowledged(version, company.sam)
        join(company.sam, "Legal counsel")
        look(MONDAY + 2 * DAY)
        return version

    def test_asks_for_what_it_adds_and_for_that_alone(self, company: Company, done: UUID) -> None:
        row = Acknowledgement.objects.get(version=done, person=company.sam)
        assert (row.state, row.since_id, row.opened_at) == ("asked", None, None)
        found = difference(done, row.since_id, asked_as(row, as_whom([company.sam])[company.sam]))
        assert (found.said, [one.step for one in found.changes]) == ("New to you: 1 step", ["Sign off the contract"])
        assert "Close a client project: new to you, 1 step." in told(company.sam)

    def test_keeps_what_was_acknowledged_before(self, company: Company, done: UUID) -> None:
        first = Acknowledgement.objects.get(version=done, person=company.sam).done_at
        assert first is not None
        acknowledged(done, company.sam)
        row = Acknowledgement.objects.get(version=done, person=company.sam)
        assert (row.state, [one["at"] for one in row.earlier]) == ("done", [first.isoformat()])

    def test_given_up_again_leaves_it_acknowledged(self, company: Company, done: UUID) -> None:
        leave(company.sam, "Legal counsel")
        look(MONDAY + 3 * DAY)
        assert Acknowledgement.objects.get(version=done, person=company.sam).state == "done"

    def test_that_adds_no_step_asks_for_nothing(self, company: Company, known: UUID) -> None:
        version = published(SOONER, at=MONDAY + DAY)
        acknowledged(version, company.ana)  # the whole page is hers
        join(company.ana, "Legal counsel")
        look(MONDAY + 2 * DAY)
        assert Acknowledgement.objects.get(version=version, person=company.ana).state == "done"

    def test_while_the_first_is_still_asked_shows_both(self, company: Company, known: UUID) -> None:
        version = published(SOONER, at=MONDAY + DAY)
        join(company.sam, "Legal counsel")
        look(MONDAY + 2 * DAY)
        row = Acknowledgement.objects.get(version=version, person=company.sam)
        found = difference(version, row.since_id, asked_as(row, as_whom([company.sam])[company.sam]))
        assert found.said == "New to you: 2 steps"


class TestForEverybody:
    """A policy: its audience is everybody of the organisation, whatever roles they hold or do not."""

    @pytest.fixture
    def policy(self, company: Company) -> UUID:
        Person.objects.create(name="Nora Roleless", email="nora@northwind.example")
        Person.objects.create(name="Otto Outside", email="otto@client.example", outside=True)
        look()
        return published(POLICY)

    def test_everybody_here_is_asked_and_nobody_outside(self, company: Company, policy: UUID) -> None:
        rows = Acknowledgement.objects.filter(version=policy, state="asked")
        here = Person.objects.filter(outside=False)
        assert set(rows.values_list("person", flat=True)) == set(here.values_list("id", flat=True))
        assert "Policy on gifts: new to you." in told(Person.objects.get(name="Nora Roleless").id)

    def test_a_change_of_it_is_told_to_those_who_knew_it_as_a_change(self, company: Company, policy: UUID) -> None:
        nora = Person.objects.get(name="Nora Roleless").id
        acknowledged(policy, nora)
        second = published(POLICY.replace("50", "25"), at=MONDAY + DAY)
        assert Acknowledgement.objects.get(version=second, person=nora).since_id == policy
        assert "Policy on gifts: the page changed." in told(nora)

    def test_who_comes_later_is_asked_without_any_role(self, company: Company, policy: UUID) -> None:
        late = Person.objects.create(name="Lea Later", email="lea@northwind.example").id
        look(MONDAY + DAY)
        assert Acknowledgement.objects.get(version=policy, person=late).state == "asked"
        assert told(late) == ["For everybody, and new to you: 1 process.", "Policy on gifts: new to you."]

    def test_who_leaves_is_asked_no_more(self, company: Company, policy: UUID) -> None:
        Person.objects.filter(name="Nora Roleless").update(left_on=(MONDAY + DAY).date())
        look(MONDAY + DAY)
        assert Acknowledgement.objects.get(version=policy, person__name="Nora Roleless").state == "dropped"
        assert Acknowledgement.objects.get(version=policy, person=company.sam).state == "asked"

    def test_restricted_it_asks_those_alone_who_meet_it(self, company: Company, policy: UUID) -> None:
        Process.objects.update(restricted=True)
        second = published(POLICY.replace("50", "25"), at=MONDAY + DAY)
        assert set(Acknowledgement.objects.filter(version=second).values_list("person", flat=True)) == {company.vera}
