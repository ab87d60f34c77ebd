"""What changed for me, saying that I saw it, and who has heard: as screens, with what each may not show."""

from __future__ import annotations

import csv
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.stewardship.changing import DAY, MONDAY, PAGE, look, published
from tests.web.office import Office
from tests.web.office import text_of as text_of_bytes

from doorstep.library.models import Materiality, Process
from doorstep.people.models import Membership, Person, Role
from doorstep.stewardship.acknowledge import acknowledge, opened
from doorstep.stewardship.models import Acknowledgement
from doorstep.stewardship.monday_mail import wants_mondays

pytestmark = pytest.mark.database
TITLE = PAGE.replace("Close a client project", "Hand over a project")
HEARD = "/process/hand-over-a-project/heard/"


@pytest.fixture
def second(office: Office) -> UUID:
    look()
    published(TITLE, materiality=Materiality.EDITORIAL)
    version = published(TITLE.replace("- Due: 1 hour", "- Due: 30 minutes"), at=MONDAY + DAY)
    Person.objects.filter(id__in=[office.sam, office.ana]).update(manager=office.bob)
    return version


def text_of(answer: Any) -> str:
    return text_of_bytes(answer.content)


def more(office: Office, many: int) -> None:
    role = Role.objects.get(name="Delivery engineer")
    for n in range(many):
        one = Person.objects.create(name=f"=Engineer {n}", email=f"e{n}@northwind.example", manager_id=office.bob)
        Membership.objects.create(person=one, role=role)


class TestChangedForMe:
    def test_it_shows_old_and_new_and_the_button_counts_once_it_was_opened(self, office: Office, second: UUID) -> None:
        sam = office.client("sam")
        refused = sam.post(f"/changed/{second}/seen")
        assert refused.status_code == 403
        assert "Expected that you had opened what changed" in text_of(refused)
        page = text_of(sam.get(f"/changed/{second}/"))
        assert "Your step changed." in page
        assert "within one hour" in page
        assert "within 30 minutes" in page
        assert "I have seen it" in page
        done = sam.post(f"/changed/{second}/seen", follow=True)
        assert "Recorded: you saw what changed in “Hand over a project”." in text_of(done)
        assert Acknowledgement.objects.get(version=second, person=office.sam).state == "done"
        assert "I have seen it" not in text_of(sam.get(f"/changed/{second}/"))

    def test_home_has_it_under_two_heads(self, office: Office, second: UUID) -> None:
        home = text_of(office.client("sam").get("/"))
        assert "See what changed for you" in home
        assert "Your step changed." in home
        assert "Hand over a project" not in text_of(office.client("mira").get("/")).partition("My processes")[0]

    def test_to_whom_nothing_changed_it_says_so(self, office: Office, second: UUID) -> None:
        page = text_of(office.client("mira").get(f"/changed/{second}/"))
        assert "Nothing in this version changed for you." in page
        assert "I have seen it" not in page

    def test_who_may_not_see_the_page_meets_nothing(self, office: Office, second: UUID) -> None:
        Process.objects.filter(key="hand-over-a-project").update(restricted=True)
        eve = office.client("eve")
        assert eve.get(f"/changed/{second}/").status_code == 404
        assert eve.post(f"/changed/{second}/seen").status_code == 404
        assert eve.get(HEARD).status_code == 404

    def test_looking_acknowledges_nothing(self, office: Office, second: UUID) -> None:
        office.client("sam").get(f"/changed/{second}/")
        assert office.client("sam").get(f"/changed/{second}/seen").status_code == 405
        assert Acknowledgement.objects.get(version=second, person=office.sam).state == "asked"


class TestWhoHasHeard:
    def test_the_owner_sees_who_has_not(self, office: Office, second: UUID) -> None:
        opened(version_id=second, by=office.sam)
        acknowledge(version_id=second, by=office.sam)
        page = text_of(office.client("vera").get(HEARD))
        assert "1 of 3 have said that they saw version 2; 2 have not" in page
        assert "Ana Marsh" in page
        everybody = text_of(office.client("vera").get(f"{HEARD}?all=1"))
        assert "Sam Ortiz" in everybody

    def test_a_manager_sees_their_team_alone(self, office: Office, second: UUID) -> None:
        page = text_of(office.client("bob").get(HEARD))
        assert "0 of 2 in your team have said that they saw version 2; 2 have not" in page
        assert "Vera Lind" not in page.partition("Who has not")[2]

    def test_others_are_told_who_may(self, office: Office, second: UUID) -> None:
        answer = office.client("mira").get(HEARD)
        assert answer.status_code == 403
        assert "Only the owner and the expert of “Hand over a project”" in text_of(answer)
        assert office.client("mira").get(f"{HEARD[:-1]}.csv").status_code == 403

    def test_auditors_see_everybody(self, office: Office, second: UUID) -> None:
        Person.objects.filter(id=office.mira).update(auditor=True)
        assert "0 of 3 have said" in text_of(office.client("mira").get(HEARD))

    def test_everybody_as_a_file_without_formulas(self, office: Office, second: UUID) -> None:
        more(office, 1)
        published(TITLE, at=MONDAY + 2 * DAY)
        answer = office.client("vera").get(f"{HEARD[:-1]}.csv")
        rows = list(csv.DictReader(answer.content.decode().splitlines()))
        assert [(row["name"], row["team"], row["heard"]) for row in rows] == [("'=Engineer 0", "Bob Stone", "")]

    def test_its_queries_do_not_grow_and_it_comes_in_pages(self, office: Office, second: UUID) -> None:
        counts = []
        for many in (1, 60):
            Person.objects.filter(name__startswith="=").delete()
            more(office, many)
            look(MONDAY + DAY)
            vera = office.client("vera")
            vera.get(HEARD)
            with CaptureQueriesContext(connection) as seen:
                page = text_of(vera.get(HEARD))
            counts.append(len(seen))
        assert counts[0] == counts[1]
        assert "More" in page


def test_mondays_are_a_setting_of_ones_own(office: Office) -> None:
    bob = office.client("bob")
    assert "No mail on Mondays" in text_of(bob.get(f"/people/{office.bob}/"))
    bob.post(f"/people/{office.bob}/mondays", {"do": "stop"})
    assert not wants_mondays(office.bob)
    assert bob.post(f"/people/{office.mira}/mondays", {"do": "stop"}).status_code == 403
    bob.post(f"/people/{office.bob}/mondays", {"do": "want"})
    assert wants_mondays(office.bob)
