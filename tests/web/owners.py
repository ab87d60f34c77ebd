"""People who own, are asked to own and look after pages: what the screens of owning show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tests.cases.company import FRIDAY
from tests.web.office import Office

from doorstep.library.models import Group, Process
from doorstep.people.models import Membership, Person, Role
from doorstep.stewardship.models import Ownership
from doorstep.stewardship.own.accept import accept
from doorstep.stewardship.own.hand_over import hand_over
from doorstep.stewardship.own.turn import turn

PAGE = "# {title}\n\n- Owner: {owner}\n- Group: Buildings\n\nOne paragraph.\n"
OWNED = ("Fire drill", "First aid", "Letting somebody into the building after hours who has lost their badge")


def owners(office: Office) -> Iterator[tuple[str, str, str]]:
    """Make them, and name each screen, who looks at it, and its path."""
    olga = Person.objects.create(name="Olga Berg", email="olga@northwind.example", manager=office.people["vera"])
    for title in OWNED:
        office.published(PAGE.format(title=title, owner="eve@northwind.example"))
    office.published(PAGE.format(title="Parking", owner="vera@northwind.example"))
    office.published(PAGE.format(title="Keys of the cellar", owner="olga@northwind.example"))
    office.published(PAGE.format(title="Visitors", owner="Reception"))
    reception = Role.objects.create(name="Reception")
    for short in ("bob", "sam"):
        Membership.objects.create(person=office.people[short], role=reception)
    office.published(PAGE.format(title="Guests", owner="Reception"))
    turn(FRIDAY - timedelta(days=3))
    eves = Ownership.objects.filter(process__title__in=OWNED).values_list("process_id", flat=True)
    accept(processes=list(eves), by=office.eve, at=FRIDAY - timedelta(days=3))
    parking = Process.objects.get(title="Parking")
    accept(processes=[parking.id], by=office.vera, at=FRIDAY - timedelta(days=3))
    on = (FRIDAY + timedelta(days=9)).date()
    hand_over(choices={eves[0]: office.vera}, by=office.eve, on=on, at=FRIDAY)
    olga.left_on = FRIDAY.date()
    olga.save()
    turn(FRIDAY)
    group = Group.objects.get(name="Buildings")
    yield "owning", "vera", "/owning/"
    yield "owning-empty", "ana", "/owning/"
    yield "hand-over", "eve", "/hand-over/"
    yield "orphans", "vera", "/orphans/"
    yield "groups", "vera", "/groups/"
    yield "group", "vera", f"/groups/{group.id}/"
    yield "process-orphan", "ana", "/library/keys-of-the-cellar/"
    yield "process-role", "ana", "/library/guests/"
