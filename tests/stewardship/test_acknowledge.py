"""Acknowledging the difference: who may, after what, and what silence leads to."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from tests.cases.company import Company
from tests.stewardship.changing import DAY, MONDAY, SOONER, SOONER_AND_LEGAL, published

from doorstep.cases.refusals import NotPossible
from doorstep.library.models import Process, Version, VersionState
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Absence, Membership, Person, Role
from doorstep.stewardship.acknowledge import acknowledge, opened
from doorstep.stewardship.models import Acknowledgement, Note, NoteKind
from doorstep.stewardship.overtaken import drop_what_is_over
from doorstep.stewardship.remind_to_acknowledge import remind_to_acknowledge

pytestmark = pytest.mark.database
SECOND = timedelta(seconds=3)


@pytest.fixture
def second(known: UUID) -> UUID:
    return published(SOONER, at=MONDAY + DAY)


def of(version: UUID, person: UUID) -> Acknowledgement:
    return Acknowledgement.objects.get(version=version, person=person)


class TestAcknowledging:
    def test_it_is_opened_and_then_acknowledged(self, company: Company, second: UUID) -> None:
        opened(version_id=second, by=company.sam, at=MONDAY + 2 * DAY)
        acknowledge(version_id=second, by=company.sam, at=MONDAY + 3 * DAY)
        row = of(second, company.sam)
        assert (row.state, row.how, row.proof) == ("done", "web", "login")
        assert (row.opened_at, row.done_at) == (MONDAY + 2 * DAY, MONDAY + 3 * DAY)
        assert not Note.objects.filter(about=second, person=company.sam).exists()  # it need not be told any more

    def test_before_it_was_opened_it_is_refused(self, company: Company, second: UUID) -> None:
        with pytest.raises(NotPossible, match="Expected that you had opened what changed"):
            acknowledge(version_id=second, by=company.sam)
        assert of(second, company.sam).state == "asked"

    def test_a_second_time_is_answered_with_the_first(self, company: Company, second: UUID) -> None:
        opened(version_id=second, by=company.sam, at=MONDAY + 2 * DAY)
        first = acknowledge(version_id=second, by=company.sam, at=MONDAY + 2 * DAY)
        again = acknowledge(version_id=second, by=company.sam, how="mail", at=MONDAY + 3 * DAY)
        assert (again.done_at, again.how) == (first.done_at, "web")

    def test_who_is_not_asked_cannot(self, company: Company, second: UUID) -> None:
        with pytest.raises(NotAllowed, match="You are not asked to acknowledge this"):
            acknowledge(version_id=second, by=company.mira)

    def test_who_may_no_longer_see_the_page_cannot(self, company: Company, second: UUID) -> None:
        opened(version_id=second, by=company.sam)
        Membership.objects.filter(person=company.sam).delete()
        Process.objects.update(restricted=True)
        with pytest.raises(NotAllowed):
            acknowledge(version_id=second, by=company.sam)

    def test_who_left_cannot(self, company: Company, second: UUID) -> None:
        opened(version_id=second, by=company.sam)
        Person.objects.filter(id=company.sam).update(left_on=MONDAY.date())
        with pytest.raises(NotAllowed):
            acknowledge(version_id=second, by=company.sam)

    def test_what_was_overtaken_cannot_be_acknowledged(self, company: Company, second: UUID) -> None:
        opened(version_id=second, by=company.sam)
        published(SOONER_AND_LEGAL, at=MONDAY + 2 * DAY)
        with pytest.raises(NotPossible, match="no longer asks you: a newer one is in effect"):
            acknowledge(version_id=second, by=company.sam)


class TestSilence:
    def told(self, person: UUID) -> list[str]:
        return [row.text for row in Note.objects.filter(person=person, kind=NoteKind.REMINDER).order_by("at", "id")]

    def test_it_is_reminded_twice_and_then_the_manager_hears_once(self, company: Company, second: UUID) -> None:
        bob = company.people["bob"]
        Person.objects.filter(id__in=[company.sam, company.ana]).update(manager=bob)
        asked = MONDAY + DAY + SECOND
        assert remind_to_acknowledge(asked + 3 * DAY - SECOND) == 0
        assert remind_to_acknowledge(asked + 3 * DAY) == 3
        assert remind_to_acknowledge(asked + 3 * DAY) == 0
        assert remind_to_acknowledge(asked + 6 * DAY) == 3
        assert remind_to_acknowledge(asked + 7 * DAY) == 3
        assert remind_to_acknowledge(asked + 30 * DAY) == 0
        assert self.told(company.sam) == [
            "Close a client project: please say by Tuesday 11:00 that you saw what changed for you.",
            "Close a client project: please say by tomorrow 11:00 that you saw what changed for you.",
        ]
        assert self.told(company.bob) == [
            "Close a client project: 2 of your team have not yet said that they saw what changed. It was due today."
        ]
        assert {row.escalated_at for row in Acknowledgement.objects.filter(version=second)} == {asked + 7 * DAY}

    def test_whoever_is_away_is_no_news_for_their_manager(self, company: Company, second: UUID) -> None:
        Person.objects.filter(id=company.sam).update(manager=company.people["bob"])
        due = MONDAY + 8 * DAY + SECOND
        Absence.objects.create(person_id=company.sam, first=MONDAY.date(), last=due.date())
        remind_to_acknowledge(due)
        assert self.told(company.bob) == []
        remind_to_acknowledge(due + DAY)
        assert len(self.told(company.bob)) == 1

    def test_a_manager_who_may_not_see_the_page_hears_nothing_of_it(self, company: Company, second: UUID) -> None:
        Person.objects.filter(id=company.sam).update(manager=company.people["bob"])
        Process.objects.update(restricted=True)
        remind_to_acknowledge(MONDAY + 9 * DAY)
        assert self.told(company.bob) == []

    def test_who_answered_is_left_in_peace(self, company: Company, second: UUID) -> None:
        opened(version_id=second, by=company.sam)
        acknowledge(version_id=second, by=company.sam)
        remind_to_acknowledge(MONDAY + 5 * DAY)
        assert self.told(company.sam) == []
        assert self.told(company.ana)

    @pytest.mark.parametrize("many", [1, 3])
    def test_the_number_of_queries_does_not_grow(
        self, company: Company, known: UUID, many: int, django_assert_num_queries: object
    ) -> None:
        for n in range(many):
            one = Person.objects.create(name=f"Engineer {n}", email=f"e{n}@northwind.example", manager_id=company.bob)
            Membership.objects.create(person=one, role=Role.objects.get(name="Delivery engineer"))
        published(SOONER, at=MONDAY + DAY)
        with django_assert_num_queries(8):  # type: ignore[operator]
            assert remind_to_acknowledge(MONDAY + 10 * DAY) == many + 3


def test_what_is_obsolete_or_hidden_asks_nobody(company: Company, second: UUID) -> None:
    assert drop_what_is_over() == 0
    Process.objects.update(restricted=True)
    Membership.objects.filter(person=company.sam).delete()
    assert drop_what_is_over() == 1
    assert of(second, company.sam).state == "dropped"
    Version.objects.filter(id=second).update(state=VersionState.OBSOLETE)
    assert drop_what_is_over() == 2
