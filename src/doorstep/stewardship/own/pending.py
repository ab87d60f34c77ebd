"""What waits for somebody because of what they own, are asked to own, or look after: one entry a pile, with its count."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from doorstep.people.prepared import Prepared
from doorstep.stewardship.models import Ownership, OwnershipState
from doorstep.stewardship.own.telling import ORPHANS, OWNING, many_titled
from doorstep.stewardship.waits import Waiting

FEW = 3
"""Up to this many orphans stand on Home by their titles; more are one entry."""


class _Row(NamedTuple):
    """What an entry says of an ownership; rows are read without their models, for there may be thousands."""

    title: str
    state: str
    owner: UUID | None
    proposed: UUID | None
    agreed_at: datetime | None
    custodian: UUID | None
    takes_over_on: date | None
    why: str
    since: datetime
    proposed_at: datetime | None
    custody_until: datetime | None
    giver: str | None


_COLUMNS = (
    *("process__title", "state", "owner", "proposed", "agreed_at", "custodian", "takes_over_on", "why", "since"),
    *("proposed_at", "custody_until", "proposed_by__name"),
)


def owning(person: UUID, _at: datetime) -> list[Waiting]:
    """Return what somebody is asked to own, looks after, or must say again is theirs.  One query."""
    rows = _rows(person)
    asked = [row for row in rows if row.proposed == person and row.agreed_at is None]
    kept = [row for row in rows if row.custodian == person and row.state == OwnershipState.IN_CUSTODY]
    lapsing = [row for row in rows if row.owner == person and row.state == OwnershipState.LAPSING]
    return [*_to_accept(asked), *_custody(kept), *_pile(lapsing, "Confirm that you own")]


def _to_accept(rows: list[_Row]) -> list[Waiting]:
    """Return what somebody is asked to own: what pages name them for, and what others hand over."""
    given = [row for row in rows if row.takes_over_on]
    named = [row for row in rows if not row.takes_over_on]
    return [*_pile(named, "Accept to own"), *_pile(given, "Take over")]


def _custody(rows: list[_Row]) -> list[Waiting]:
    """Return what somebody looks after, with its clock."""
    piles = [rows] if len(rows) > FEW else [[row] for row in rows]
    return [
        Waiting(
            "orphan",
            ORPHANS,
            f"Find an owner for {_many(some)}",
            some[0].why,
            min(row.since for row in some),
            due_at=min((row.custody_until for row in some if row.custody_until), default=None),
        )
        for some in piles
        if some
    ]


def _pile(rows: list[_Row], what: str) -> list[Waiting]:
    if not rows:
        return []
    givers = {row.giver for row in rows if row.giver}
    since = min(row.proposed_at or row.since for row in rows)
    title = rows[0].why or ("the page names you" if not rows[0].takes_over_on else "a hand-over")
    return [
        Waiting("ownership", OWNING, f"{what} {_many(rows)}", _begin(title), since, by=" and ".join(sorted(givers)[:2]))
    ]


def _many(rows: list[_Row]) -> str:
    return many_titled([row.title for row in rows])


# Indexes: ownership_proposed, ownership_in_custody, and that of the owner.
def _rows(person: UUID) -> list[_Row]:
    return [_Row(*row) for row in _WAITS(person=person)]


def _waits(person: UUID) -> QuerySet[Ownership, Any]:
    asked = Q(proposed=person, agreed_at=None)
    kept = Q(custodian=person, state=OwnershipState.IN_CUSTODY) | Q(owner=person, state=OwnershipState.LAPSING)
    rows = Ownership.objects.filter(asked | kept).order_by("proposed_at", "process__title")
    return rows.values_list(*_COLUMNS)


_WAITS = Prepared(_waits)


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]


SOURCES = (owning,)
