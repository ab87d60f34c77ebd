"""The screens of owning: accept, decline, hand over, find an owner, look after a group."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cases.company import FRIDAY
from tests.web.office import Office, text_of

from doorstep.library.models import Group, Process
from doorstep.people.models import OnPoint, Person
from doorstep.stewardship.models import Ownership
from doorstep.stewardship.own.accept import accept
from doorstep.stewardship.own.turn import turn

pytestmark = pytest.mark.database


@pytest.fixture
def vera(office: Office) -> Client:
    """Vera, whom the page names as its owner."""
    turn(FRIDAY)
    return office.client("vera")


def page(office: Office, title: str, owner: str = "vera@northwind.example", group: str = "Money") -> Process:
    office.published(f"# {title}\n\n- Owner: {owner}\n- Group: {group}\n\nText.\n")
    turn(FRIDAY)
    return Process.objects.get(title=title)


def state(process: Process) -> tuple[str, str]:
    row = Ownership.objects.select_related("owner").get(process=process)
    return row.state, row.owner.name if row.owner else ""


def test_many_are_accepted_with_one_press(office: Office, vera: Client) -> None:
    pages = [page(office, title) for title in ("Trains", "Planes")]
    read = text_of(vera.get("/owning/").content)
    assert "Are these yours? 3" in read
    assert "no runs in the last month" in read
    done = vera.post("/owning/", {"do": "accept", "process": [one.id for one in pages]}, follow=True)
    assert "You accepted 2 processes." in text_of(done.content)
    assert [state(one) for one in pages] == [("accepted", "Vera Lind")] * 2
    assert "Owner Vera Lind" in text_of(vera.get("/library/trains/").content)


def test_declining_needs_a_reason_and_says_so(office: Office, vera: Client) -> None:
    trains = page(office, "Trains")
    refused = vera.post("/owning/", {"do": "decline", "process": [trains.id]})
    assert (refused.status_code, "Expected a reason" in text_of(refused.content)) == (422, True)
    vera.post("/owning/", {"do": "decline", "process": [trains.id], "reason": "Ask Eve"})
    assert "Vera Lind declined: Ask Eve" in text_of(vera.get("/library/trains/").content)


@pytest.mark.parametrize(
    "form", [{}, {"do": "accept"}, {"do": "accept", "process": "no id"}, {"do": "fly", "process": "x"}]
)
def test_a_form_that_says_nothing_is_answered_with_a_sentence(vera: Client, form: dict[str, str]) -> None:
    answer = vera.post("/owning/", form)
    assert (answer.status_code, "Nothing was ticked." in text_of(answer.content)) == (422, True)


def test_nobody_accepts_for_somebody_else(office: Office, vera: Client) -> None:
    trains = page(office, "Trains")
    refused = office.client("bob").post("/owning/", {"do": "accept", "process": [trains.id]})
    assert "is not offered to you" in text_of(refused.content)
    assert state(trains) == ("proposed", "")


def test_all_is_handed_over_on_one_screen(office: Office, vera: Client) -> None:
    pages = [page(office, title) for title in ("Trains", "Planes")]
    vera.post("/owning/", {"do": "accept", "process": [one.id for one in pages]})
    on = (FRIDAY + timedelta(days=7)).date()
    form = {"on": on, "to": "Eve Moss", f"to-{pages[1].id}": "bob@northwind.example", "process": [p.id for p in pages]}
    done = vera.post("/hand-over/", form, follow=True)
    assert "You offered 2 processes. Until they accept, you answer for it." in text_of(done.content)
    eve, bob = office.client("eve"), office.client("bob")
    assert "Offered to you 1" in text_of(eve.get("/owning/").content)
    eve.post("/owning/", {"do": "accept", "process": [pages[0].id]})
    assert "Eve Moss takes over on 13 March" in text_of(bob.get("/library/trains/").content)
    turn(FRIDAY + timedelta(days=7))
    assert "Owner Eve Moss" in text_of(bob.get("/library/trains/").content)
    assert "Owner Vera Lind" in text_of(bob.get("/library/planes/").content)
    vera.post("/owning/", {"do": "back", "process": [pages[1].id]})
    assert "Offered to you" not in text_of(bob.get("/owning/").content)


@pytest.mark.parametrize(
    ("to", "on", "why"),
    [
        ("vera@northwind.example", "2026-03-20", "you chose yourself"),
        ("Nobody Known", "2026-03-20", "Nobody here is called Nobody Known"),
        ("", "2026-03-20", "Nobody was chosen"),
        ("Eve Moss", "soon", "Expected the day"),
        ("Eve Moss", "2026-01-01", "a day that is still to come"),
    ],
)
def test_a_hand_over_that_cannot_be_is_refused_and_keeps_what_was_typed(
    office: Office, vera: Client, to: str, on: str, why: str
) -> None:
    trains = page(office, "Trains")
    vera.post("/owning/", {"do": "accept", "process": [trains.id]})
    refused = vera.post("/hand-over/", {"on": on, "to": to, "process": [trains.id]})
    assert (refused.status_code, why in text_of(refused.content)) == (422, True)
    assert f'value="{to}"' in refused.content.decode()


@pytest.fixture
def orphan(office: Office, vera: Client) -> Process:
    """A page of Eve, who left; Bob is her manager."""
    trains = page(office, "Trains", "eve@northwind.example")
    eve = office.people["eve"]
    eve.left_on, eve.manager = FRIDAY.date(), office.people["bob"]
    eve.save()
    turn(FRIDAY)
    return trains


def test_readers_see_that_nobody_owns_a_page(office: Office, orphan: Process) -> None:
    read = text_of(office.client("mira").get("/library/trains/").content)
    assert "Owner left 6 March; custodian Bob Stone until 20 March" in read


def test_its_custodian_offers_it(office: Office, orphan: Process) -> None:
    bob = office.client("bob")
    assert "1 page has nobody to answer for it" in text_of(bob.get("/orphans/").content)
    done = bob.post("/orphans/", {"do": "offer", "process": orphan.id, "to": "Mira Holt"}, follow=True)
    assert "It is offered to Mira Holt." in text_of(done.content)
    office.client("mira").post("/owning/", {"do": "accept", "process": [orphan.id]})
    assert "Owner Mira Holt" in text_of(bob.get("/library/trains/").content)
    assert "Every page has somebody" in text_of(bob.get("/orphans/").content)


def test_it_is_taken_or_made_obsolete(office: Office, orphan: Process) -> None:
    bob = office.client("bob")
    refused = bob.post("/orphans/", {"do": "obsolete", "process": orphan.id, "reason": " "})
    assert "Expected a reason" in text_of(refused.content)
    assert "Only the custodian" in text_of(
        office.client("mira").post("/orphans/", {"do": "take", "process": orphan.id}).content
    )
    bob.post("/orphans/", {"do": "take", "process": orphan.id})
    assert state(orphan) == ("accepted", "Bob Stone")
    again = office.client("vera").post("/orphans/", {"do": "obsolete", "process": orphan.id, "reason": "Done with"})
    assert "is no orphan: Bob Stone answers for it" in text_of(again.content)


@pytest.mark.parametrize("process", ["", "no id", "00000000-0000-0000-0000-000000000000"])
def test_an_orphan_that_is_not_there_is_a_sentence(office: Office, vera: Client, process: str) -> None:
    answer = vera.post("/orphans/", {"do": "take", "process": process})
    assert (answer.status_code, "not there any more" in text_of(answer.content)) == (422, True)


def test_a_group_has_a_champion_and_its_pages_an_expert(office: Office, vera: Client) -> None:
    page(office, "Trains")
    group = Group.objects.get(name="Money")
    where = f"/groups/{group.id}/"
    assert "no champion" in text_of(vera.get("/groups/").content)
    vera.post(where, {"do": "champion", "who": "Bob Stone"})
    bob = office.client("bob")
    trains = Process.objects.get(title="Trains")
    done = bob.post(where, {"do": "expert", "process": trains.id, "who": "mira@northwind.example"}, follow=True)
    assert "The page names Mira Holt as its expert now." in text_of(done.content)
    assert "Expert Mira Holt" in text_of(vera.get("/library/trains/").content)
    refused = office.client("sam").post(where, {"do": "champion", "who": "Sam Ortiz"})
    assert "Only the champion of Money or an administrator" in text_of(refused.content)


def test_who_is_on_point_is_shown_and_handed_on(office: Office, vera: Client) -> None:
    role = office.people["priya"].memberships.get().role
    office.people["bob"].memberships.create(role=role)
    page(office, "Trains", "VP Customer Success")
    turn(FRIDAY)
    read = "Owner VP Customer Success, on point this week: "
    assert f"{read}Bob Stone, not accepted yet" in text_of(vera.get("/library/trains/").content)
    where = f"/groups/{Group.objects.get(name='Money').id}/"
    office.client("priya").post(where, {"do": "point", "role": role.id, "who": "Priya Nair"})
    assert f"{read}Priya Nair" in text_of(vera.get("/library/trains/").content)
    office.client("priya").post(where, {"do": "turn", "role": role.id, "days": "14"})
    assert "on point until" in text_of(vera.get("/library/trains/").content)
    refused = office.client("sam").post(where, {"do": "point", "role": role.id, "who": "Priya Nair"})
    assert (refused.status_code, OnPoint.objects.count()) == (422, 1)


@pytest.mark.parametrize("path", ["/owning/", "/hand-over/", "/orphans/", "/groups/", "group"])
def test_a_list_of_three_costs_as_many_queries_as_one(office: Office, vera: Client, path: str) -> None:
    counts = []
    for titles in (("A",), ("B", "C")):
        for title in titles:
            owned = page(office, title)
            nobodys = page(office, f"{title} of nobody", "nobody@northwind.example")
            del nobodys
            if path == "/hand-over/":
                vera.post("/owning/", {"do": "accept", "process": [owned.id]})
        where = f"/groups/{Group.objects.get(name='Money').id}/" if path == "group" else path
        vera.get(where)
        with CaptureQueriesContext(connection) as seen:
            assert vera.get(where).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_restricted_group_is_not_there_for_others(office: Office, vera: Client) -> None:
    page(office, "Trains")
    Group.objects.filter(name="Money").update(restricted=True)
    group = Group.objects.get(name="Money")
    bob = office.client("bob")
    assert "Money" not in text_of(bob.get("/groups/").content)
    assert bob.get(f"/groups/{group.id}/").status_code == 404
    assert vera.get(f"/groups/{group.id}/").status_code == 200


def test_the_library_says_why_a_page_needs_attention(office: Office) -> None:
    turn(FRIDAY)
    process = Process.objects.get(key="close-a-client-project")
    accept(processes=[process.id], by=office.vera, at=FRIDAY)
    bob = office.client("bob")
    assert "Close a client project" not in text_of(bob.get("/library/?show=attention").content)
    Person.objects.filter(id=office.vera).update(left_on=FRIDAY.date())
    Process.objects.filter(id=process.id).update(review_due=FRIDAY.date().replace(day=1))
    turn(FRIDAY)
    said = "nobody owns it · version 1 · owner left 6 March · review overdue since 1 March"
    assert said in text_of(bob.get("/library/?show=attention").content)
