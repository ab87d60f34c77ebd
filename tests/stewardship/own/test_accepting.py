"""Ownership is accepted, not assigned."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from tests.stewardship.own.people_and_pages import DAY, MONDAY, TODAY, House, ownership, stands, text_of, told

from doorstep.library.models import Process, Version
from doorstep.library.publish import publish
from doorstep.library.rights import is_owner
from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.stewardship.models import Note, Ownership, OwnershipEntry, Proposal
from doorstep.stewardship.own.accept import accept, decline
from doorstep.stewardship.own.confirm import confirm
from doorstep.stewardship.own.queries import owning, said_of
from doorstep.stewardship.own.turn import turn
from doorstep.stewardship.waiting import waiting_for

pytestmark = pytest.mark.database


def test_whom_a_page_names_is_asked_and_owns_it_when_they_accept(house: House) -> None:
    page = house.page()
    assert stands(page) == ("proposed", "", "Mira", "")
    assert said_of(page, at=MONDAY).line == "Owner Mira Holt, not accepted yet"
    assert accept(processes=[page.id], by=house.mira.id, at=MONDAY + DAY) == 1
    assert stands(page) == ("accepted", "Mira", "", "")
    assert said_of(page, at=MONDAY).line == "Owner Mira Holt"
    assert [entry.what for entry in OwnershipEntry.objects.order_by("at")] == ["proposed", "accepted"]
    assert Version.objects.count() == 1


def test_who_publishes_their_own_page_owns_it_at_once(house: House) -> None:
    page = house.page(by=house.mira)
    assert stands(page) == ("accepted", "Mira", "", "")
    assert told(house.mira) == []


def test_many_pages_are_asked_in_one_note_and_accepted_at_once(
    house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(40):
        publish(text=f"# Policy {number}\n\n- Owner: mira@x.example\n\nText.\n", by=house.ada.id, at=MONDAY)
    with django_assert_max_num_queries(30):
        turn(MONDAY)
    assert told(house.mira) == [
        "40 processes name you as the owner. See what it means and say whether you are; all at once, if you like."
    ]
    assert [one.name for one in waiting_for(house.mira.id, at=MONDAY)] == ["Accept to own 40 processes"]
    assert accept(processes=[row.process_id for row in Ownership.objects.all()], by=house.mira.id, at=MONDAY) == 40
    assert waiting_for(house.mira.id, at=MONDAY) == []
    assert Note.objects.filter(person=house.ada).count() == 40


def test_proposing_costs_as_much_for_three_as_for_one(house: House) -> None:
    counts = []
    for title, number in (("A", 1), ("B", 3)):
        for one in range(number):
            publish(text=f"# {title} {one}\n\n- Owner: mira@x.example\n\nText.\n", by=None, at=MONDAY)
        with CaptureQueriesContext(connection) as seen:
            turn(MONDAY)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_nothing_due_costs_a_query_a_step(house: House, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    house.accepted()
    turn(MONDAY)
    with django_assert_max_num_queries(8):
        assert turn(MONDAY) == 0


def test_accepting_shows_what_it_means(house: House) -> None:
    page = house.page()
    Process.objects.filter(id=page.id).update(review_due=TODAY + 9 * DAY)
    Proposal.objects.create(process=page, state="open", at=MONDAY, changed_at=MONDAY, sentence="Also planes")
    ((section, asked),) = owning(house.mira.id, at=MONDAY).rows
    assert section == "asked"
    assert (asked.burden.runs, asked.burden.open, asked.burden.review_due) == (0, 1, TODAY + 9 * DAY)


# -- Rights before and after -----------------------------------------------------------------------------


def test_whom_a_page_names_may_act_as_owner_until_they_decline(house: House) -> None:
    page = house.page()
    assert is_owner(page, house.mira.id)
    decline(processes=[page.id], by=house.mira.id, reason="I left Legal.", at=MONDAY)
    page.refresh_from_db()
    assert not is_owner(page, house.mira.id)


def test_declining_gives_it_back_to_who_published_it(house: House) -> None:
    page = house.page(by=house.vera, at=MONDAY)
    decline(processes=[page.id], by=house.mira.id, reason="Ask  Priya. ", at=MONDAY)
    page.refresh_from_db()
    assert stands(page) == ("in custody", "", "", "Vera")
    assert is_owner(page, house.vera.id)
    assert told(house.vera) == ["Mira Holt does not take “Travel policy”: Ask Priya."]
    assert said_of(page, at=MONDAY).line == "Mira Holt declined: Ask Priya.; custodian Vera Lane until 16 March"


def test_declining_what_nobody_here_published_makes_an_orphan_of_it(house: House) -> None:
    page = house.page()
    decline(processes=[page.id], by=house.mira.id, reason="Not mine", at=MONDAY)
    turn(MONDAY)
    assert stands(page) == ("in custody", "", "", "Ada")


def test_who_declined_is_not_asked_again_by_the_same_page(house: House) -> None:
    page = house.page()
    decline(processes=[page.id], by=house.mira.id, reason="Not mine", at=MONDAY)
    publish(text=text_of(page) + "\nOr the bus.\n", by=None, at=MONDAY + DAY)
    turn(MONDAY + DAY)
    page.refresh_from_db()
    assert (page.owner, ownership(page).cause) == (None, "declined")


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_reason_is_needed_to_decline(house: House, reason: str) -> None:
    page = house.page()
    with pytest.raises(NotUsable, match="Expected a reason"):
        decline(processes=[page.id], by=house.mira.id, reason=reason, at=MONDAY)
    assert stands(page) == ("proposed", "", "Mira", "")


# -- Twice, by others, at once ---------------------------------------------------------------------------


def test_accepting_twice_does_no_harm(house: House) -> None:
    page = house.accepted()
    assert accept(processes=[page.id], by=house.mira.id, at=MONDAY) == 0
    assert OwnershipEntry.objects.filter(what="accepted").count() == 1


def test_only_whom_it_is_offered_to_accepts(house: House) -> None:
    page = house.page()
    with pytest.raises(NotAllowed, match="is not offered to you: it is offered to Mira Holt"):
        accept(processes=[page.id], by=house.vera.id, at=MONDAY)
    with pytest.raises(NotAllowed, match="not offered to you"):
        decline(processes=[page.id], by=house.vera.id, reason="no", at=MONDAY)


def test_all_or_none_are_accepted(house: House) -> None:
    mine, other = house.page(), house.page("vera@x.example", "Other")
    with pytest.raises(NotAllowed):
        accept(processes=[mine.id, other.id], by=house.mira.id, at=MONDAY)
    assert stands(mine)[0] == "proposed"


def test_who_left_accepts_nothing(house: House) -> None:
    page = house.page()
    house.left(house.mira)
    with pytest.raises(NotUsable, match="left on 2026-03-02"):
        accept(processes=[page.id], by=house.mira.id, at=MONDAY)


@pytest.mark.database(transaction=True)
def test_two_accept_for_a_role_at_once_and_one_has_it(transactional_db: None) -> None:
    house = House()
    house.holds("Head of travel", house.vera, house.priya)
    page = house.page("Head of travel")

    def one(person: object) -> object:
        try:
            return accept(processes=[page.id], by=person, at=MONDAY)  # type: ignore[arg-type]
        except NotAllowed as refused:
            return str(refused)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(one, (house.vera.id, house.priya.id)))
    winner = ownership(page).owner
    assert winner is not None
    assert sorted(done, key=str) == [1, f"“Travel policy” is no longer offered: {winner} owns it. Nothing was changed."]


# -- What a page says later ------------------------------------------------------------------------------


def test_a_version_with_the_same_owner_asks_nobody_anew(house: House) -> None:
    page = house.accepted()
    publish(text=text_of(page) + "\nOr the bus.\n", by=house.mira.id, at=MONDAY + DAY)
    turn(MONDAY + DAY)
    assert stands(page) == ("accepted", "Mira", "", "")


def test_a_version_with_another_owner_asks_that_one(house: House) -> None:
    page = house.accepted()
    publish(text=text_of(page).replace("mira@", "vera@"), by=house.mira.id, process=page.key, at=MONDAY + DAY)
    turn(MONDAY + DAY)
    assert stands(page) == ("proposed", "Mira", "Vera", "")


@pytest.mark.parametrize(
    ("owner", "why"),
    [
        ("nobody@y.example", "the page names nobody@y.example as its owner, who is nobody here"),
        ("Head of travel", "the page names Head of travel as its owner, who is nobody here"),
    ],
)
def test_a_page_that_names_nobody_is_an_orphan(house: House, owner: str, why: str) -> None:
    page = house.page(owner)
    row = ownership(page)
    assert (row.state, row.why, row.custodian) == ("in custody", why, house.ada)


# -- Confirming ------------------------------------------------------------------------------------------


def test_what_nobody_confirms_for_a_year_lapses_until_its_owner_confirms(house: House) -> None:
    page = house.accepted()
    Process.objects.update(review_due=None)
    later = MONDAY + timedelta(days=366)
    turn(later)
    assert stands(page) == ("lapsing", "Mira", "", "")
    assert said_of(page, at=later).more == "Nobody has confirmed it since 2 March 2026."
    assert [one.name for one in waiting_for(house.mira.id, at=later)] == ["Confirm that you own “Travel policy”"]
    assert confirm(processes=[page.id], by=house.mira.id, at=later) == 1
    turn(later)
    assert stands(page) == ("accepted", "Mira", "", "")


def test_a_review_overdue_by_more_than_a_tenth_lapses(house: House) -> None:
    page = house.accepted()
    Process.objects.filter(id=page.id).update(review_due=TODAY, verified_at=MONDAY - 100 * DAY)
    turn(MONDAY + 10 * DAY)
    assert stands(page)[0] == "accepted"
    turn(MONDAY + 11 * DAY)
    assert (stands(page)[0], ownership(page).why) == ("lapsing", "the review was due 2 March")
    confirm(processes=[page.id], by=house.mira.id, at=MONDAY + 11 * DAY)
    page.refresh_from_db()
    assert (page.verified_by, page.review_due) == (house.mira, TODAY + 376 * DAY)


def test_a_review_is_not_done_while_changes_are_proposed(house: House) -> None:
    page = house.accepted()
    Process.objects.filter(id=page.id).update(review_due=TODAY)
    Proposal.objects.create(process=page, state="open", at=MONDAY, changed_at=MONDAY, sentence="Also planes")
    with pytest.raises(NotUsable, match="and a change is proposed"):
        confirm(processes=[page.id], by=house.mira.id, at=MONDAY)


def test_others_confirm_nothing(house: House) -> None:
    page = house.accepted()
    with pytest.raises(NotAllowed, match="You do not own “Travel policy”"):
        confirm(processes=[page.id], by=house.vera.id, at=MONDAY)
