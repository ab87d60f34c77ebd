"""Nobody's processes: a custodian has them with a clock, and readers see why."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from tests.stewardship.own.people_and_pages import DAY, MONDAY, TODAY, House, ownership, stands, text_of, told

from doorstep.library import errors as library
from doorstep.library.finding import Wanted, find
from doorstep.library.make_obsolete import make_obsolete as obsolete_on_its_page
from doorstep.library.models import Group, Process, Version
from doorstep.library.publish import publish
from doorstep.library.queries import owner_of, processes_for
from doorstep.library.rights import is_owner
from doorstep.library.seen import may_meet
from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.people.models import Membership, Move
from doorstep.stewardship.models import Ownership, OwnershipEntry
from doorstep.stewardship.own.accept import accept, decline
from doorstep.stewardship.own.hand_over import hand_over
from doorstep.stewardship.own.offer import offer, take_back
from doorstep.stewardship.own.orphans import make_obsolete, take
from doorstep.stewardship.own.queries import orphans, said_of, whys
from doorstep.stewardship.own.turn import turn
from doorstep.stewardship.waiting import waiting_for

pytestmark = pytest.mark.database


def test_what_somebody_who_left_owned_goes_to_their_manager_with_a_clock(house: House) -> None:
    page = house.accepted()
    house.left(house.mira)
    turn(MONDAY)
    assert stands(page) == ("in custody", "Mira", "", "Jon")
    assert said_of(page, at=MONDAY).line == "Owner left 2 March; custodian Jon Park until 16 March"
    (text,) = told(house.jon)
    assert text.startswith("You look after “Travel policy” until 16 March: owner left 2 March. Take it, offer it")
    (one,) = waiting_for(house.jon.id, at=MONDAY)
    assert (one.kind, one.name, one.due_at) == ("orphan", "Find an owner for “Travel policy”", MONDAY + 14 * DAY)
    assert is_owner(Process.objects.get(id=page.id), house.jon.id)


def test_lists_name_the_custodian_where_the_owner_left(house: House) -> None:
    house.accepted()
    house.left(house.mira)
    turn(MONDAY)
    assert [one.owner for one in processes_for(None)] == ["no owner, custodian Jon Park"]


def test_after_a_fortnight_the_next_in_line_has_it(house: House) -> None:
    page = house.accepted(group="Money")
    Group.objects.update(champion=house.vera)
    house.left(house.mira)
    names = []
    for weeks in (0, 2, 4, 6):
        turn(MONDAY + timedelta(weeks=weeks))
        names.append(stands(page)[3])
    assert names == ["Jon", "Vera", "Ada", "Ada"]


def test_a_custodian_who_leaves_is_followed_at_once(house: House) -> None:
    page = house.accepted()
    house.left(house.mira)
    turn(MONDAY)
    house.left(house.jon)
    turn(MONDAY)
    assert stands(page)[3] == "Ada"


def test_another_department_is_a_move_another_title_is_none(house: House) -> None:
    page = house.accepted()
    Move.objects.create(person=house.mira, on=TODAY + DAY, department_before="Legal", department="Legal", title="Head")
    turn(MONDAY + DAY)
    assert stands(page)[0] == "accepted"
    Move.objects.create(
        person=house.mira,
        on=TODAY + 2 * DAY,
        department_before="Legal",
        department="Sales",
        manager_before=house.jon,
        manager=house.priya,
    )
    turn(MONDAY + 2 * DAY)
    assert said_of(page, at=MONDAY + 2 * DAY).line == (
        "Owner moved from Legal to Sales on 4 March; custodian Jon Park until 18 March"
    )
    offer(process=page.id, to=house.mira.id, by=house.jon.id, at=MONDAY + 2 * DAY)
    accept(processes=[page.id], by=house.mira.id, at=MONDAY + 2 * DAY)
    turn(MONDAY + 2 * DAY)
    assert stands(page) == ("accepted", "Mira", "", "")


def test_a_month_away_is_long_and_ends(house: House) -> None:
    page = house.accepted()
    house.away(house.mira, 30)
    turn(MONDAY)
    assert stands(page)[0] == "accepted"
    house.away(house.mira, 60, stand_in=house.vera)
    turn(MONDAY)
    assert said_of(page, at=MONDAY).line == "Owner is away until 1 May; custodian Vera Lane until 16 March"
    turn(MONDAY + 61 * DAY)
    assert stands(page) == ("accepted", "Mira", "", "")
    assert not is_owner(Process.objects.get(id=page.id), house.vera.id)


def test_who_comes_back_owns_again(house: House) -> None:
    page = house.accepted()
    house.left(house.mira)
    turn(MONDAY)
    house.mira.left_on = None
    house.mira.save()
    turn(MONDAY)
    assert stands(page) == ("accepted", "Mira", "", "")


def test_silence_for_a_fortnight_makes_an_orphan_that_its_owner_may_still_accept(house: House) -> None:
    page = house.page()
    turn(MONDAY + 15 * DAY)
    assert ownership(page).why == "Mira Holt has not said since 2 March whether they own it"
    assert stands(page) == ("in custody", "", "Mira", "Jon")
    accept(processes=[page.id], by=house.mira.id, at=MONDAY + 15 * DAY)
    assert stands(page) == ("accepted", "Mira", "", "")


def test_a_role_that_nobody_holds_owns_nothing_until_somebody_does(house: House) -> None:
    role = house.holds("Head of travel", house.priya)
    page = house.page("Head of travel")
    accept(processes=[page.id], by=house.priya.id, at=MONDAY)
    Membership.objects.all().delete()
    turn(MONDAY)
    assert ownership(page).why == "nobody holds the role Head of travel"
    Membership.objects.create(role=role, person=house.vera)
    turn(MONDAY)
    assert stands(page) == ("proposed", "Priya", "Vera", "")


def test_what_six_hundred_pages_cost_when_their_owner_leaves(house: House) -> None:
    for number in range(60):
        publish(text=f"# Policy {number}\n\n- Owner: mira@x.example\n\nText.\n", by=None, at=MONDAY)
    turn(MONDAY)
    accept(processes=[row.process_id for row in Ownership.objects.all()], by=house.mira.id, at=MONDAY)
    house.left(house.mira)
    turn(MONDAY)
    assert Ownership.objects.filter(custodian=house.jon).count() == 60
    assert len(told(house.jon)) == 1
    assert [one.name for one in waiting_for(house.jon.id, at=MONDAY)] == ["Find an owner for 60 processes"]


# -- Settling an orphan ----------------------------------------------------------------------------------


@pytest.fixture
def orphan(house: House) -> Process:
    page = house.accepted()
    house.left(house.mira)
    turn(MONDAY)
    return Process.objects.get(id=page.id)


def test_a_custodian_takes_it_and_the_page_says_so(house: House, orphan: Process) -> None:
    take(process=orphan.id, by=house.jon.id, at=MONDAY)
    orphan.refresh_from_db()
    version = Version.objects.get(process=orphan, state="effective")
    assert stands(orphan) == ("accepted", "Jon", "", "")
    assert (orphan.owner, orphan.custodian) == (house.jon, None)
    assert "- Owner: jon@x.example\n" in version.text
    assert (version.number, version.materiality, version.why) == (
        2,
        "editorial",
        "The ownership passed from Mira Holt to Jon Park.",
    )
    assert turn(MONDAY) == 0


def test_a_custodian_offers_it_and_has_it_until_it_is_accepted(house: House, orphan: Process) -> None:
    offer(process=orphan.id, to=house.priya.id, by=house.jon.id, at=MONDAY)
    assert stands(orphan) == ("in custody", "Mira", "Priya", "Jon")
    assert told(house.priya) == [
        "Jon Park offers you “Travel policy” to own. See what it means, and accept or decline."
    ]
    accept(processes=[orphan.id], by=house.priya.id, at=MONDAY)
    assert stands(orphan) == ("accepted", "Priya", "", "")
    assert told(house.jon)[-1] == "Priya Nair accepted “Travel policy” and owns it now."


def test_declined_it_stays_with_the_custodian(house: House, orphan: Process) -> None:
    offer(process=orphan.id, to=house.priya.id, by=house.jon.id, at=MONDAY)
    decline(processes=[orphan.id], by=house.priya.id, reason="No time", at=MONDAY)
    assert stands(orphan) == ("in custody", "Mira", "", "Jon")
    assert told(house.jon)[-1] == "Priya Nair does not take “Travel policy”: No time"


def test_it_is_made_obsolete_with_a_reason(house: House, orphan: Process) -> None:
    with pytest.raises(library.NotUsable, match="Expected a reason"):
        make_obsolete(process=orphan.id, by=house.jon.id, reason=" ", at=MONDAY)
    make_obsolete(process=orphan.id, by=house.jon.id, reason="Nobody travels", at=MONDAY)
    assert list(Version.objects.values_list("state", flat=True)) == ["obsolete"]
    assert list(OwnershipEntry.objects.filter(what="obsolete").values_list("why", flat=True)) == ["Nobody travels"]
    assert orphans(house.ada.id, at=MONDAY).rows == ()
    assert turn(MONDAY) == 0
    orphan.refresh_from_db()
    assert (orphan.custodian, orphan.obsolete_by, orphan.review_due) == (None, house.jon, None)


def test_made_obsolete_on_its_page_it_has_no_owner_either_until_it_is_published_again(house: House) -> None:
    page = house.accepted()
    obsolete_on_its_page(process=page.key, why="Nobody travels", by=house.mira.id, at=MONDAY)
    assert (Ownership.objects.count(), turn(MONDAY)) == (0, 0)
    assert list(OwnershipEntry.objects.filter(what="obsolete").values_list("by", "why")) == [
        (house.mira.id, "Nobody travels")
    ]
    house.page(title="Travel policy", at=MONDAY + DAY)
    assert stands(page) == ("proposed", "", "Mira", "")


def test_the_champion_makes_it_obsolete_as_well(house: House, orphan: Process) -> None:
    Process.objects.filter(id=orphan.id).update(group=Group.objects.create(name="Money", champion=house.priya))
    make_obsolete(process=orphan.id, by=house.priya.id, reason="Nobody travels", at=MONDAY)
    assert list(Version.objects.values_list("state", flat=True)) == ["obsolete"]


def test_others_settle_nothing(house: House, orphan: Process) -> None:
    with pytest.raises(NotAllowed, match="Only the custodian"):
        take(process=orphan.id, by=house.priya.id, at=MONDAY)
    with pytest.raises(NotAllowed, match="Only the owner"):
        offer(process=orphan.id, to=house.vera.id, by=house.priya.id, at=MONDAY)
    with pytest.raises(NotAllowed, match="Only those who look after"):
        make_obsolete(process=orphan.id, by=house.priya.id, reason="x", at=MONDAY)
    assert stands(orphan) == ("in custody", "Mira", "", "Jon")


def test_what_is_owned_is_not_taken(house: House) -> None:
    page = house.accepted()
    with pytest.raises(NotUsable, match="is no orphan: Mira Holt answers for it"):
        take(process=page.id, by=house.ada.id, at=MONDAY)


def test_an_expert_may_take_it(house: House) -> None:
    publish(text="# Trains\n\n- Owner: mira@x.example\n- Expert: priya@x.example\n\nText.\n", by=None, at=MONDAY)
    house.left(house.mira)
    turn(MONDAY)
    page = Process.objects.get()
    take(process=page.id, by=house.priya.id, at=MONDAY)
    assert stands(page) == ("accepted", "Priya", "", "")


@pytest.mark.parametrize("who", ["left", "outside", "nobody"])
def test_it_is_offered_to_somebody_who_can_own_it(house: House, orphan: Process, who: str) -> None:
    other = house.person("Olga Out", outside=who == "outside")
    if who == "left":
        house.left(other)
    if who == "nobody":
        other.delete()
    with pytest.raises(NotUsable):
        offer(process=orphan.id, to=other.id or house.page("").id, by=house.jon.id, at=MONDAY)
    assert stands(orphan)[2] == ""


def test_an_offer_to_somebody_who_leaves_before_answering_is_taken_back(house: House, orphan: Process) -> None:
    offer(process=orphan.id, to=house.priya.id, by=house.jon.id, at=MONDAY)
    house.left(house.priya)
    turn(MONDAY)
    assert stands(orphan) == ("in custody", "Mira", "", "Jon")
    assert "has left. Offer it to somebody else." in told(house.jon)[-1]


def test_orphans_are_ranked_by_what_hangs_on_them(house: House, orphan: Process) -> None:
    grave = house.page("nobody@y.example", "Close a project")
    grave.roles.add(house.holds("Engineer", house.vera, house.priya))
    found = orphans(house.jon.id, at=MONDAY)
    assert [(one.owned.process.title, one.people, one.weight, one.may_decide) for one in found.rows] == [
        ("Close a project", 2, 3, False),
        ("Travel policy", 0, 1, True),
    ]


def test_a_restricted_orphan_is_met_by_those_alone_it_concerns(house: House, orphan: Process) -> None:
    Process.objects.update(restricted=True)
    assert orphans(house.priya.id, at=MONDAY).rows == ()
    assert len(orphans(house.jon.id, at=MONDAY).rows) == 1
    offer(process=orphan.id, to=house.priya.id, by=house.jon.id, at=MONDAY)
    assert may_meet(orphan.id, house.priya.id)
    decline(processes=[orphan.id], by=house.priya.id, reason="No time", at=MONDAY)
    assert not may_meet(orphan.id, house.priya.id)


# -- Handing over ----------------------------------------------------------------------------------------


def test_everything_is_handed_over_before_a_leave_and_each_item_accepted(house: House) -> None:
    trains, planes = house.accepted(title="Trains"), house.accepted(title="Planes")
    leaves = TODAY + 10 * DAY
    choices = {trains.id: house.vera.id, planes.id: house.priya.id}
    assert hand_over(choices=choices, by=house.mira.id, on=leaves, at=MONDAY) == 2
    assert told(house.vera) == [
        "Mira Holt offers you “Trains” to own from 12 March on. See what it means, and accept or decline."
    ]
    accept(processes=[trains.id], by=house.vera.id, at=MONDAY + DAY)
    assert stands(trains) == ("accepted", "Mira", "Vera", "")
    assert said_of(trains, at=MONDAY).more == "Vera Lane takes over on 12 March."
    assert is_owner(Process.objects.get(id=trains.id), house.mira.id)
    assert turn(MONDAY + 9 * DAY) == 0
    turn(MONDAY + 10 * DAY)
    assert stands(trains) == ("accepted", "Vera", "", "")
    assert "- Owner: vera@x.example\n" in text_of(trains)
    assert stands(planes) == ("accepted", "Mira", "Priya", "")


def test_handing_over_to_oneself_is_refused(house: House) -> None:
    page = house.accepted()
    with pytest.raises(NotUsable, match="you chose yourself"):
        hand_over(choices={page.id: house.mira.id}, by=house.mira.id, on=TODAY, at=MONDAY)


def test_handing_over_in_the_past_or_what_is_not_ones_own_is_refused(house: House) -> None:
    page = house.accepted()
    with pytest.raises(NotUsable, match="a day that is still to come"):
        hand_over(choices={page.id: house.vera.id}, by=house.mira.id, on=date(2026, 2, 1), at=MONDAY)
    with pytest.raises(NotAllowed, match="Only the owner of “Travel policy”"):
        hand_over(choices={page.id: house.priya.id}, by=house.vera.id, on=TODAY, at=MONDAY)


def test_an_agreed_hand_over_is_taken_back(house: House) -> None:
    page = house.accepted()
    hand_over(choices={page.id: house.vera.id}, by=house.mira.id, on=TODAY + DAY, at=MONDAY)
    accept(processes=[page.id], by=house.vera.id, at=MONDAY)
    assert accept(processes=[page.id], by=house.vera.id, at=MONDAY) == 0
    assert take_back(process=page.id, by=house.mira.id, at=MONDAY)
    assert not take_back(process=page.id, by=house.mira.id, at=MONDAY)
    turn(MONDAY + 2 * DAY)
    assert stands(page) == ("accepted", "Mira", "", "")
    assert told(house.vera)[-1] == "Mira Holt no longer offers you “Travel policy”. You need not do anything."


def test_a_version_that_waits_for_its_date_keeps_the_new_owner(house: House) -> None:
    page = house.accepted()
    later = text_of(page).replace("Take the train.", "Take the bus.")
    publish(text=later, by=house.mira.id, effective_from=MONDAY + 5 * DAY, at=MONDAY)
    hand_over(choices={page.id: house.vera.id}, by=house.mira.id, on=TODAY, at=MONDAY)
    accept(processes=[page.id], by=house.vera.id, at=MONDAY)
    from doorstep.library.take_effect import take_effect

    take_effect(at=MONDAY + 5 * DAY)
    turn(MONDAY + 5 * DAY)
    assert ("vera@x.example" in text_of(page), "Take the bus." in text_of(page)) == (True, True)
    assert stands(page) == ("accepted", "Vera", "", "")


# -- What lists say --------------------------------------------------------------------------------


def found(house: House, at: datetime = MONDAY) -> list[tuple[str, str]]:
    """Return what the library says needs attention, with who answers for it."""
    rows = find(Wanted(attention=True), by=house.priya.id, day=at.date(), window=slice(0, 50))
    return [(one.title, one.owner) for one in rows]


def test_what_lapses_or_is_in_custody_needs_attention(house: House) -> None:
    lapsing, kept = house.accepted("Lapsing", "vera@x.example"), house.accepted("Kept")
    house.accepted("Well owned", "priya@x.example")
    assert found(house) == []
    Ownership.objects.filter(process=lapsing).update(accepted_at=MONDAY - 400 * DAY)
    house.left(house.mira)
    turn(MONDAY)
    assert found(house) == [("Kept", "no owner, custodian Jon Park"), ("Lapsing", "Vera Lane")]
    assert whys([lapsing.id, kept.id]) == {
        lapsing.id: "nobody has confirmed it since 26 January 2025",
        kept.id: "owner left 2 March",
    }


def test_whoever_has_left_is_no_owner_in_any_list(house: House) -> None:
    page = house.accepted()
    house.left(house.mira)
    assert (found(house), said_of(page, at=MONDAY).line) == ([("Travel policy", "")], "Owner nobody")
    assert owner_of(page, day=TODAY - DAY) == "Mira Holt"
