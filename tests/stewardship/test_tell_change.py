"""A version takes effect: who is told what, who is asked to acknowledge it, and who is left in peace."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from tests.cases.company import Company
from tests.stewardship.at_once import do_jobs
from tests.stewardship.changing import DAY, MONDAY, PAGE, SOONER, SOONER_AND_LEGAL, look, published

from doorstep.library.models import Materiality, Process
from doorstep.library.publish import publish
from doorstep.people.models import Membership, Person, Role
from doorstep.stewardship import tell_change
from doorstep.stewardship.acknowledge import acknowledge, opened
from doorstep.stewardship.models import Acknowledgement, ChangeNote, Note, Progress, ProgressKind
from doorstep.stewardship.tell_change import DUE_IN

pytestmark = pytest.mark.database


@pytest.fixture
def first(company: Company) -> UUID:
    """Everybody knows the first version: it was there when Doorstep came."""
    look()
    return published(PAGE, materiality=Materiality.EDITORIAL)


def asked(version: UUID, state: str = "asked") -> set[str]:
    rows = Acknowledgement.objects.filter(version=version, state=state)
    return {row.person.name.split(" ")[0] for row in rows.select_related("person")}


def told(version: UUID) -> dict[str, str]:
    rows = Note.objects.filter(about=version).select_related("person")
    return {row.person.name.split(" ")[0]: row.text for row in rows}


class TestWhoIsTold:
    def test_only_those_whose_steps_changed(self, company: Company, first: UUID) -> None:
        second = published(SOONER, at=MONDAY + DAY)
        assert told(second) == {
            "Sam": "Close a client project: your step changed.",
            "Vera": "Close a client project: your step changed.",
            "Ana": "Close a client project: 1 of its 3 steps changed.",
        }
        assert asked(second) == {"Sam", "Vera", "Ana"}
        assert not asked(first)

    def test_a_note_is_kept_for_each_role_and_person(self, company: Company, first: UUID) -> None:
        second = published(SOONER, at=MONDAY + DAY)
        notes = {str(note.role or note.person): note for note in ChangeNote.objects.filter(version=second)}
        assert set(notes) == {"Delivery engineer", "Account manager", "Vera Lind"}
        assert notes["Delivery engineer"].steps == [
            {
                "step": "Confirm the deployment",
                "how": "changed",
                "before": "Delivery engineer confirms the deployment, within one hour. If late, we tell vera@northwind.example.",
                "now": "Delivery engineer confirms the deployment, within 30 minutes. If late, we tell vera@northwind.example.",
                "words": ["Due: 30 minutes, before 1 hour."],
            }
        ]

    def test_editorial_tells_nobody_and_clarifying_asks_nobody(self, company: Company, first: UUID) -> None:
        second = published(SOONER, at=MONDAY + DAY, materiality=Materiality.EDITORIAL)
        assert (told(second), asked(second)) == ({}, set())
        third = published(SOONER_AND_LEGAL, at=MONDAY + 2 * DAY, materiality=Materiality.CLARIFYING)
        assert (set(told(third)), asked(third)) == ({"Mira", "Ana"}, set())

    def test_a_new_page_is_new_to_everybody_in_it(self, company: Company) -> None:
        look()
        version = published(PAGE)
        assert told(version)["Mira"] == "Close a client project: new to you: 1 step."
        assert asked(version) == {"Ana", "Sam", "Mira", "Vera", "Bob"}
        assert not Acknowledgement.objects.exclude(since=None).exists()

    def test_whoever_published_it_is_not_asked(self, company: Company, first: UUID) -> None:
        second = publish(text=SOONER, by=company.vera, at=MONDAY + DAY).version_id
        do_jobs()
        assert asked(second) == {"Sam", "Ana"}

    def test_who_left_or_may_not_see_it_is_not_asked(self, company: Company, first: UUID) -> None:
        Process.objects.update(restricted=True)
        Person.objects.filter(id=company.sam).update(left_on=MONDAY.date())
        second = published(SOONER.replace("> It is live.", "> It is live now."), at=MONDAY + DAY)
        assert asked(second) == {"Ana", "Vera"}  # Bob is told something by a step, but holds no role the page names

    def test_a_person_of_several_audiences_is_asked_once(self, company: Company, first: UUID) -> None:
        Membership.objects.create(person_id=company.sam, role=Role.objects.get(name="Account manager"))
        look(MONDAY + timedelta(hours=1))
        second = published(SOONER, at=MONDAY + DAY)
        assert Acknowledgement.objects.filter(version=second, person=company.sam).count() == 1
        assert told(second)["Sam"] == "Close a client project: new to you: 3 steps."

    def test_a_step_that_goes_to_another_role_tells_both(self, company: Company, first: UUID) -> None:
        second = published(PAGE.replace("- Who: Legal counsel", "- Who: Delivery engineer"), at=MONDAY + DAY)
        assert told(second) == {
            "Mira": "Close a client project: 1 step is no longer yours.",
            "Sam": "Close a client project: 1 of your 2 steps is new.",
            "Ana": "Close a client project: 1 of its 3 steps changed.",
        }


class TestLater:
    def test_a_newer_version_asks_from_what_they_last_knew(self, company: Company, first: UUID) -> None:
        second = published(SOONER, at=MONDAY + DAY)
        opened(version_id=second, by=company.ana)
        acknowledge(version_id=second, by=company.ana)
        third = published(SOONER_AND_LEGAL, at=MONDAY + 2 * DAY)
        rows = Acknowledgement.objects.filter(version=third).select_related("person")
        assert {row.person.name: row.since_id for row in rows} == {
            "Ana Marsh": second,
            "Mira Holt": second,
            "Sam Ortiz": first,
            "Vera Lind": first,
        }
        assert asked(second, "dropped") == {"Sam", "Vera"}
        assert told(third)["Sam"] == "Close a client project: your step changed."
        assert set(told(second)) == set()  # what was not sent yet is not sent; Ana has seen it

    def test_a_lesser_version_takes_the_question_along(self, company: Company, first: UUID) -> None:
        second = published(SOONER, at=MONDAY + DAY)
        third = published(
            SOONER.replace("Look at production.", "Look at production!"),
            at=MONDAY + 2 * DAY,
            materiality=Materiality.EDITORIAL,
        )
        assert (asked(second), asked(third)) == (set(), {"Sam", "Vera", "Ana"})
        assert set(told(third)) == {"Sam", "Vera", "Ana"}
        row = Acknowledgement.objects.get(version=third, person=company.sam)
        assert row.due_at - row.asked_at == DUE_IN

    def test_back_to_what_they_knew_asks_nothing(self, company: Company, first: UUID) -> None:
        published(SOONER, at=MONDAY + DAY)
        third = published(PAGE + "\n", at=MONDAY + 2 * DAY)
        assert asked(third) == set()


class TestManyAtOnce:
    def test_publishing_asks_for_a_job_and_parts_follow_each_other(
        self, company: Company, first: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tell_change, "PART", 2)
        role = Role.objects.get(name="Delivery engineer")
        more = [Person(name=f"Engineer {n}", email=f"e{n}@northwind.example") for n in range(5)]
        Person.objects.bulk_create(more)
        Membership.objects.bulk_create([Membership(person=one, role=role) for one in more])
        second = publish(text=SOONER, by=None, at=MONDAY + DAY).version_id
        assert not Acknowledgement.objects.exists()
        assert do_jobs() == 5
        assert Acknowledgement.objects.filter(version=second).count() == 8
        row = Progress.objects.get(about=second, kind=ProgressKind.TELLING)
        assert str(row) == "8 of 8 told"
        assert row.ended_at is not None

    def test_done_again_it_tells_nobody_twice(self, company: Company, first: UUID) -> None:
        second = published(SOONER, at=MONDAY + DAY)
        tell_change.tell_change(version_id=second, at=MONDAY + 2 * DAY)
        assert Note.objects.filter(about=second).count() == Acknowledgement.objects.filter(version=second).count() == 3

    def test_a_version_overtaken_meanwhile_tells_nobody(self, company: Company, first: UUID) -> None:
        second = publish(text=SOONER, by=None, at=MONDAY + DAY).version_id
        third = publish(text=SOONER_AND_LEGAL, by=None, at=MONDAY + 2 * DAY).version_id
        do_jobs()
        assert (asked(second), asked(third)) == (set(), {"Sam", "Vera", "Ana", "Mira"})

    @pytest.mark.parametrize("many", [1, 3])
    def test_the_number_of_queries_does_not_grow(
        self, company: Company, first: UUID, many: int, django_assert_max_num_queries: object
    ) -> None:
        role = Role.objects.get(name="Delivery engineer")
        for n in range(many):
            one = Person.objects.create(name=f"Engineer {n}", email=f"e{n}@northwind.example")
            Membership.objects.create(person=one, role=role)
        second = publish(text=SOONER, by=None, at=MONDAY + DAY).version_id
        with django_assert_max_num_queries(45):  # type: ignore[operator]
            tell_change.tell_change(version_id=second, at=MONDAY + DAY)
