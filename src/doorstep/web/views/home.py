"""Home: what waits for me, what I wait for, what changed for me, my processes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from doorstep.cases.clock import business_now
from doorstep.cases.models import Case
from doorstep.cases.queries import IWaitFor, i_wait_for, waits_for_me
from doorstep.connections.models import Connection, State
from doorstep.library import queries
from doorstep.library.queries import Listed
from doorstep.people.models import Person
from doorstep.reading.typed import EXAMPLE
from doorstep.stewardship.alike import done_thrice
from doorstep.web.offered import offer
from doorstep.web.running import line_of
from doorstep.web.screens import person_of, show, signed_in
from doorstep.web.views.demo import friday, is_demo
from doorstep.web.views.library import entry

LATELY = timedelta(days=14)
SHOWN = 50
NUMBERS = ("Nothing", "One thing", "Two things", "Three things", "Four things", "Five things")


@dataclass(frozen=True, slots=True)
class Waits:
    """Something that waits for the reader: an ask, or a question about a run of theirs."""

    href: str
    name: str
    title: str
    by: str
    asked_at: datetime
    due_at: datetime | None = None
    late: bool = False
    happened: str = "asked"


def front(request: HttpRequest) -> HttpResponse:
    """Show Home to whoever is signed in; in a demo, others choose whom to be."""
    if person_of(request) is None and is_demo():
        return friday(request)
    return home(request)


@signed_in
def home(request: HttpRequest, me: Person) -> HttpResponse:
    """Show the four lists."""
    now = business_now()
    for_me = i_wait_for(me.id, at=now, limit=SHOWN)
    waits = [*_paused(me), *_questions(me, for_me), *_waits(me, now)]
    waiting = [line_of(one.case, one.status) for one in for_me]
    mine = _mine(me)
    fresh = [one for one in mine if one.number > 1 and one.effective_from > now - LATELY]
    zone = ZoneInfo(me.zone or settings.DOORSTEP.text("zone"))
    return show(
        request,
        "web/home.html",
        at="home",
        greeting=greeting(now.astimezone(zone).hour),
        first_name=me.name.split()[0] if me.name else "",
        summary=summary(len(waits), len(waiting)),
        example_lines=EXAMPLE,
        offer=offer(done_thrice(me.id, at=now)),
        waits=waits,
        waiting=waiting,
        changed=[
            {"key": one.key, "title": one.title, "number": one.number, "effective_from": one.effective_from}
            for one in fresh
        ],
        processes=[entry(one) for one in mine],
    )


def _waits(me: Person, now: datetime) -> list[Waits]:
    """Return what waits for the reader, with who started each."""
    rows = waits_for_me(me.id, at=now, limit=SHOWN)
    names = _starters(row.case_id for row in rows)
    return [
        Waits(
            href=reverse("web:ask", args=[row.ask_id]),
            name=row.name,
            title=row.title,
            by=names.get(row.case_id, ""),
            asked_at=row.asked_at,
            due_at=row.due_at,
            late=bool(row.due_at and row.due_at < now),
        )
        for row in rows
    ]


def _paused(me: Person) -> list[Waits]:
    """Return the connections that rest and are the reader's to mend."""
    rows = Connection.objects.filter(state=State.PAUSED).filter(Q(owner=me) | Q(owner=None))
    mine = rows.order_by("paused_at") if me.administrator else rows.none()
    return [
        Waits(
            href=reverse("web:connection", args=[one.name]),
            name=f"Mend the connection {one.name}",
            title=one.why,
            by="",
            asked_at=one.paused_at,
            happened="paused",
        )
        for one in mine
        if one.paused_at
    ]


def _questions(me: Person, runs: Iterable[IWaitFor]) -> list[Waits]:
    """Return what was asked about runs the reader started: the chase rests until they answer."""
    return [
        Waits(
            href=reverse("web:case", args=[one.case.id]),
            name=f"Answer {ask.addressee}: “{ask.question}”",
            title=one.case.title,
            by="",
            asked_at=ask.since,
        )
        for one in runs
        if one.case.starter == me.id
        for ask in one.status.run.waiting
        if ask.question
    ]


def _mine(me: Person) -> list[Listed]:
    """Return the processes the reader's roles appear in, those they own or know, and those they have started."""
    started = set(Case.objects.filter(starter=me.id).values_list("process_id", flat=True).distinct()[:SHOWN])
    return [one for one in queries.processes_for(me.id) if one.mine or one.process_id in started]


def _starters(cases: Iterable[UUID]) -> dict[UUID, str]:
    """Return who started some cases, by name."""
    starters = dict(Case.objects.filter(id__in=set(cases)).values_list("id", "starter"))
    names = dict(Person.objects.filter(id__in=set(starters.values())).values_list("id", "name"))
    return {case: names.get(person, "") for case, person in starters.items()}


def greeting(hour: int) -> str:
    """Return what one says at an hour."""
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def summary(waits: int, waiting: int) -> str:
    """Say the whole page in a line."""
    count = NUMBERS[waits] if waits < len(NUMBERS) else f"{waits} things"
    verb = "wait" if waits > 1 else "waits"
    return f"{count} {verb} for you." + (" The rest is being chased." if waiting else "")
