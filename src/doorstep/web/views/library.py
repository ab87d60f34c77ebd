"""The library: all that is in force, found by words, by group and by what it can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from doorstep.cases.clock import business_now
from doorstep.chase.say import say_day
from doorstep.library.finding import Wanted, find, groups
from doorstep.library.models import Level
from doorstep.library.queries import Listed
from doorstep.library.starting import by_hand
from doorstep.people.models import Person
from doorstep.stewardship.own.queries import whys
from doorstep.web.paging import pages_of
from doorstep.web.screens import show, signed_in

A_PAGE = 50
LONGEST = 200
LEVELS = {
    Level.RUN: "that run",
    Level.FOLLOWED: "to work through",
    Level.READABLE: "to read",
    Level.KEPT: "kept as files",
}
STARTS = {Level.RUN: "Start", Level.FOLLOWED: "Work through"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A process as a row; ``start`` is what its button says, empty for what is only read."""

    key: str
    title: str
    line: str
    start: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow the list: its words, how many there are, the query that chooses it, and whether it is chosen."""

    words: str
    query: str
    chosen: bool
    count: int | None = None


@signed_in
def library(request: HttpRequest, me: Person) -> HttpResponse:
    """Show a page of what may be read, by group.  A fixed number of queries, however much there is."""
    wanted = wanted_of(request)
    pages = pages_of(request, size=A_PAGE)
    day = business_now().date()
    rows, pages = pages.cut(find(wanted, by=me.id, day=day, window=pages.window))
    counted = groups(wanted, by=me.id, day=day)
    wanting = whys([one.process_id for one in rows]) if wanted.attention else {}
    listed = [
        (name or "Not in a group", [entry(one, _why(one, wanting, day) if wanted.attention else "") for one in some])
        for name, some in groupby(rows, _group)
    ]
    shown = [one for one in counted if one.id == wanted.group] if wanted.group else counted
    return show(
        request,
        "web/library.html",
        at="library",
        q=wanted.words,
        wanted=wanted,
        groups=listed,
        found=sum(one.count for one in shown),
        by_group=[
            Choice(one.name, _query(request, group=one.id), one.id == wanted.group, one.count) for one in counted
        ],
        whole=_query(request, group=""),
        every_system=_query(request, system=""),
        levels=[Choice(words, _query(request, level=level), level == wanted.level) for level, words in LEVELS.items()],
        every_level=_query(request, level=""),
        views=_views(request, wanted),
        pages=pages,
    )


def wanted_of(request: HttpRequest) -> Wanted:
    """Return what an address asks for; what is not understood is left out."""
    level = request.GET.get("level", "")
    return Wanted(
        words=request.GET.get("q", "").strip().replace("\0", "")[:LONGEST],
        group=request.GET.get("group", ""),
        level=level if level in Level.values else "",
        mine=request.GET.get("show") == "mine",
        attention=request.GET.get("show") == "attention",
        system=request.GET.get("system", "").replace("\0", "")[:LONGEST],
    )


def _views(request: HttpRequest, wanted: Wanted) -> list[Choice]:
    return [
        Choice("All", _query(request, show=""), not (wanted.mine or wanted.attention)),
        Choice("Mine", _query(request, show="mine"), wanted.mine),
        Choice("Needs attention", _query(request, show="attention"), wanted.attention),
    ]


def _query(request: HttpRequest, **changed: str) -> str:
    """Return the address's query with something else chosen, from its first page."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changed.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def _why(one: Listed, wanting: Mapping[UUID, str], day: date) -> str:
    """Say why a process needs attention, where its owner does not say it already."""
    due = one.review_due
    overdue = f"review overdue since {say_day(due, today=day)}" if due and due < day else ""
    return " · ".join(part for part in (wanting.get(one.process_id, ""), overdue) if part)


def entry(listed: Listed, why: str = "") -> Entry:
    """Return a process as a row: whose it is, which version, what it can do, and what it wants."""
    parts = [listed.owner or "nobody owns it", f"version {listed.number}"]
    if listed.level != Level.RUN:
        parts.append({Level.KEPT: "a file", Level.READABLE: "to read", Level.FOLLOWED: "to work through"}[listed.level])
    if listed.mine:
        parts.append("concerns you")
    parts += [why] if why else []
    start = STARTS.get(listed.level, "") if by_hand(listed.key) else ""
    return Entry(listed.key, listed.title, " · ".join(parts), start)


def _group(listed: Listed) -> str:
    return listed.group
