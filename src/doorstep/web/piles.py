"""What waits for somebody, of every kind, as rows and piled by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from doorstep.cases.models import Case
from doorstep.cases.queries import asked_back, waits_for_me
from doorstep.connections.models import Connection, State
from doorstep.people.models import Person
from doorstep.stewardship.waiting import Waiting, waiting_for

MOST = 200
"""Asks that are read; a pile that is deeper says so."""

NOBODY = UUID(int=0)

NAMES: Mapping[str, str] = {
    "approve": "To approve",
    "confirm": "To confirm",
    "fill in": "To fill in",
    "choose": "To choose",
    "read": "To read",
    "answer": "To answer",
    "question": "Questions",
    "lines": "To start",
    "connection": "To mend",
    "acknowledgement": "Changes to acknowledge",
    "review": "To review",
    "ownership": "To own",
    "orphan": "Orphans",
    "proposal": "Proposals",
    "bulletin": "Bulletins that end",
    "recall": "Recalled steps",
}


DONE_BY = {"proposal": "proposed", "ownership": "offered", "recall": "recalled"}
"""What somebody did that now waits for the reader, by kind."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Something that waits for the reader; ``kind`` names its pile."""

    kind: str
    href: str
    name: str
    title: str
    by: str
    asked_at: datetime
    due_at: datetime | None = None
    late: bool = False
    happened: str = "asked"
    case: UUID | None = None


@dataclass(frozen=True, slots=True)
class Pile:
    """All that waits of one kind; ``key`` is the digit that opens it."""

    kind: str
    name: str
    count: int
    key: str
    slug: str


def slug_of(kind: str) -> str:
    """Return a kind as it stands in an address."""
    return kind.replace(" ", "-")


def name_of_pile(kind: str) -> str:
    """Return what a pile is called; a kind that is new here says itself."""
    return NAMES.get(kind, kind.capitalize())


def waits_of(me: Person, *, at: datetime) -> list[Waits]:
    """Return all that waits for somebody, the most pressing first, without who started it.  The queries do not grow."""
    rows = [*_paused(me), *_questions(me, at), *_asks(me, at), *_beside(me, at)]
    return sorted(rows, key=_pressing)


def piles_of(waits: Sequence[Waits]) -> list[Pile]:
    """Return the piles, the deepest first; the first nine have a digit."""
    counted = sorted(Counter(row.kind for row in waits).items(), key=lambda pair: (-pair[1], name_of_pile(pair[0])))
    return [
        Pile(kind, name_of_pile(kind), count, str(at) if at < 10 else "", slug_of(kind))
        for at, (kind, count) in enumerate(counted, start=1)
    ]


def with_starters(rows: Sequence[Waits]) -> list[Waits]:
    """Return what is shown with who started each run, due no later than the run is needed.  One query."""
    starter = Person.objects.filter(id=OuterRef("starter")).values("name")
    cases = Case.objects.filter(id__in={row.case for row in rows if row.case}).annotate(by=Subquery(starter))
    found = {key: (by or "", needed) for key, by, needed in cases.values_list("id", "by", "needed_by")}
    return sorted((_of_run(row, found) for row in rows), key=_pressing)


def _of_run(row: Waits, runs: Mapping[UUID, tuple[str, datetime | None]]) -> Waits:
    by, needed = runs.get(row.case or NOBODY, ("", None))
    due = min(filter(None, (row.due_at, needed)), default=None)
    return replace(row, by=by, due_at=due) if row.case else row


def _pressing(row: Waits) -> tuple[bool, datetime, datetime]:
    return row.due_at is None, row.due_at or row.asked_at, row.asked_at


def _asks(me: Person, now: datetime) -> list[Waits]:
    """Return the asks."""
    place = reverse("web:ask", args=[NOBODY])  # made once: two hundred are not resolved one by one
    return [
        Waits(
            kind=row.verb or "confirm",
            href=place.replace(str(NOBODY), str(row.ask_id)),
            name=row.name,
            title=row.title,
            by="",
            asked_at=row.asked_at,
            due_at=row.due_at,
            late=bool(row.due_at and row.due_at < now),
            case=row.case_id,
        )
        for row in waits_for_me(me.id, at=now, limit=MOST)
    ]


def _beside(me: Person, now: datetime) -> list[Waits]:
    """Return what waits beside asks: acknowledgements, reviews, ownership, proposals."""
    return [_row(one, now) for one in waiting_for(me.id, at=now)]


def _row(one: Waiting, now: datetime) -> Waits:
    late = bool(one.due_at and one.due_at < now)
    happened = DONE_BY.get(one.kind, "asked") if one.by else "since"
    return Waits(one.kind, one.path, one.name, one.title, one.by, one.since, one.due_at, late, happened)


def _paused(me: Person) -> list[Waits]:
    """Return the connections that rest and are the reader's to mend."""
    if not me.administrator:
        return []
    rows = Connection.objects.filter(state=State.PAUSED).filter(Q(owner=me) | Q(owner=None))
    return [
        Waits(
            kind="connection",
            href=reverse("web:connection", args=[one.name]),
            name=f"Mend the connection {one.name}",
            title=one.why,
            by="",
            asked_at=one.paused_at,
            happened="paused",
        )
        for one in rows.order_by("paused_at")
        if one.paused_at
    ]


def _questions(me: Person, now: datetime) -> list[Waits]:
    """Return what was asked about runs the reader started: the chase rests until they answer."""
    return [
        Waits(
            kind="question",
            href=reverse("web:case", args=[one.case.id]),
            name=f"Answer {ask.addressee}: “{ask.question}”",
            title=one.case.title,
            by="",
            asked_at=ask.since,
        )
        for one in asked_back(me.id, at=now)
        for ask in one.status.run.waiting
        if ask.question
    ]
