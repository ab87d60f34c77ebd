"""Home: what waits for me, what I wait for, what changed for me, my processes; and Home as a role would see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from doorstep.cases.clock import business_now
from doorstep.cases.held_up import held_up_by_team
from doorstep.cases.queries import i_wait_for
from doorstep.cases.started import lately_started
from doorstep.library.mine import Mine, mine, mine_in_role
from doorstep.library.models import Level
from doorstep.library.roles import known_role, known_roles
from doorstep.library.starting import by_hand
from doorstep.people.models import Person
from doorstep.reading.typed import EXAMPLE
from doorstep.stewardship.alike import done_thrice
from doorstep.web.changed_rows import changed_rows
from doorstep.web.first_steps import first_steps
from doorstep.web.offered import offer
from doorstep.web.paging import pages_of
from doorstep.web.piles import NAMES, Waits, name_of_pile, piles_of, slug_of, waits_of, with_starters
from doorstep.web.running import line_of
from doorstep.web.screens import person_of, show, signed_in
from doorstep.web.steps import anchor
from doorstep.web.views.demo import friday, is_demo

LATELY = timedelta(days=14)
RUNS = 8
"""Runs whose lines are said; each is planned anew, so Home says the latest and links to the others."""

WAITS = 15
MINE = 30
SHOWN = 50
NUMBERS = ("Nothing", "One thing", "Two things", "Three things", "Four things", "Five things")


@dataclass(frozen=True, slots=True)
class Entry:
    """A process as a row of Home."""

    key: str
    title: str
    line: str
    may_start: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """A page that changed: which version, since when."""

    key: str
    title: str
    number: int
    effective_from: datetime
    line: str = ""


def front(request: HttpRequest) -> HttpResponse:
    """Show Home to whoever is signed in; in a demo, others choose whom to be."""
    if person_of(request) is None and is_demo():
        return friday(request)
    return home(request)


@signed_in
def home(request: HttpRequest, me: Person) -> HttpResponse:
    """Show the four lists."""
    now = business_now()
    for_me = i_wait_for(me.id, at=now, limit=RUNS + 1)
    waits = waits_of(me, at=now)
    waiting = [line_of(one.case, one.status) for one in for_me[:RUNS]]
    own, total = mine(me.id, started=lately_started(me.id), limit=MINE)
    zone = ZoneInfo(me.zone or settings.DOORSTEP.text("zone"))
    return show(
        request,
        "web/home.html",
        at="home",
        greeting=greeting(now.astimezone(zone).hour),
        first_name=me.name.split()[0] if me.name else "",
        summary=summary(len(waits), len(waiting)),
        first_steps=first_steps(me),
        example_lines=EXAMPLE,
        offer=offer(done_thrice(me.id, at=now)),
        waits=with_starters(waits[:WAITS]),
        waits_total=len(waits),
        piles=piles_of(waits),
        waiting=waiting,
        more_waiting=len(for_me) > RUNS,
        held_up=[(row, anchor(row.step)) for row in held_up_by_team(me.id, at=now)],
        changed=changed_rows(me, at=now),
        processes=[entry(one) for one in own],
        processes_total=total,
        department=me.department,
    )


def changed(own: Sequence[Mine], now: datetime) -> list[Changed]:
    """Return which of somebody's pages changed lately."""
    return [
        Changed(one.key, one.title, one.number, one.effective_from)
        for one in own
        if one.number > 1 and one.effective_from and one.effective_from > now - LATELY
    ]


def entry(one: Mine) -> Entry:
    """Return a process as a row: how the reader comes in, and whose it is."""
    line = " · ".join(part for part in (f"You {one.comes_in}", one.owner) if part)
    return Entry(one.key, one.title, line, one.level == Level.RUN and by_hand(one.key))


@signed_in
def pile(request: HttpRequest, me: Person, kind: str) -> HttpResponse:
    """Show all that waits of one kind, to go through one after another."""
    now = business_now()
    waits = waits_of(me, at=now)
    piles = piles_of(waits)
    rows = [row for row in waits if slug_of(row.kind) == kind]
    if not rows and kind not in map(slug_of, NAMES):
        raise Http404
    name = name_of_pile(rows[0].kind if rows else kind.replace("-", " "))
    pages = pages_of(request, size=SHOWN)
    shown, pages = pages.cut(rows[pages.window])
    context: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "count": len(rows),
        "first": _first(rows),
        "piles": piles,
        "pages": pages,
    }
    return show(request, "web/pile.html", at="home", waits=with_starters(shown), **context)


def _first(rows: Sequence[Waits]) -> Waits | None:
    return rows[0] if rows else None


# -- As a role would see it --------------------------------------------------------------------------------


@signed_in
def roles(request: HttpRequest, me: Person) -> HttpResponse:
    """Show the roles whose Home somebody may look at."""
    words = request.GET.get("q", "").strip()
    pages = pages_of(request, size=SHOWN)
    found, pages = pages.cut(known_roles(me.id, words=words, window=pages.window))
    return show(request, "web/roles.html", at="home", q=words, roles=found, pages=pages)


@signed_in
def as_role(request: HttpRequest, me: Person, role_id: UUID) -> HttpResponse:
    """Show what any holder of a role finds on Home because they hold it, of what the reader may meet too.

    What waits for its holders is in runs that are not the reader's to see, so it is not shown.
    """
    role = known_role(me.id, role_id)
    if role is None:
        raise Http404
    own, total = mine_in_role(role.id, viewer=me.id, limit=MINE)
    return show(
        request,
        "web/as_role.html",
        at="home",
        role=role,
        changed=changed(own, business_now()),
        processes=[entry(one) for one in own],
        processes_total=total,
    )


def greeting(hour: int) -> str:
    """Return what one says at an hour."""
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def summary(waits: int, waiting: int) -> str:
    """Say the whole page in a line."""
    count = NUMBERS[waits] if waits < len(NUMBERS) else f"{waits} things"
    verb = "wait" if waits > 1 else "waits"
    return f"{count} {verb} for you." + (" The rest is being chased." if waiting else "")
