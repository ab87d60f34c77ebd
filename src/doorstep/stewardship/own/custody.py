"""Nobody's processes: who owned them left, moved, is long away or never answered; a custodian has them, with a clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from doorstep.chase.say import MONTHS
from doorstep.library.models import Process
from doorstep.people.models import Absence, Membership, Move
from doorstep.people.on_point import on_point
from doorstep.people.prepared import Prepared
from doorstep.stewardship.models import Cause, Ownership, OwnershipEvent, OwnershipState
from doorstep.stewardship.own.entries import entry, keep
from doorstep.stewardship.own.line import CUSTODY, around
from doorstep.stewardship.own.taking_over import forget_offer, locked
from doorstep.stewardship.own.telling import tell_custodians, tell_named

UNANSWERED = timedelta(days=14)
"""How long somebody a page names may leave unanswered whether they own it."""

LONG_AWAY = timedelta(days=30)
MOVES_COUNT = timedelta(days=400)
"""A move is noticed when it is learnt: one that was learnt longer ago was."""

ANSWERED = (OwnershipState.ACCEPTED, OwnershipState.LAPSING)
NOBODYS = (OwnershipState.ORPHANED, OwnershipState.IN_CUSTODY)


# -- Orphaned --------------------------------------------------------------------------------------


def orphan(at: datetime) -> int:
    """Find what somebody answered for who no longer can."""
    given = {"day": at.date(), "silent": at - UNANSWERED, "moves": at.date() - MOVES_COUNT}
    ids = [process for (process,) in _UNABLE(**given)]
    return _orphaned(ids, at) if ids else 0


# Each part begins with the few: who left, who is long away, who moved, what was asked long ago, what a role owns.
def _unable(day: date, silent: datetime, moves: date) -> QuerySet[Any]:
    """Select what somebody answers for who no longer can.  Indexes: person_left, move_by_day, ownership_by_state."""
    answered = Ownership.objects.exclude(state__in=NOBODYS).order_by()
    own = answered.filter(role=None)
    left = own.filter(process__owner__left_on__lte=day)
    away = own.filter(process__owner__in=_long_away(day).values("person"))
    moved = own.filter(Exists(_moved(day=moves)), state__in=ANSWERED)
    asked = answered.filter(state=OwnershipState.PROPOSED, proposed_at__lt=silent)
    nobody_holds = answered.filter(~Exists(_holders(day)), role__isnull=False)
    first, *others = (part.values_list("process_id") for part in (left, away, moved, asked, nobody_holds))
    return first.union(*others)


_UNABLE = Prepared(_unable)


def _moved(*, day: date) -> QuerySet[Move]:
    """Select the moves of an owner since they accepted, to another department; a move is learnt on its day."""
    rows = Move.objects.filter(person=OuterRef("process__owner"), on__gte=day, on__gt=OuterRef("accepted_at__date"))
    return rows.exclude(Q(department="") | Q(department_before="") | Q(department__iexact=F("department_before")))


def _long_away(day: date) -> QuerySet[Absence]:
    """Select absences of more than thirty days that have begun and are not over."""
    return Absence.objects.filter(first__lte=day, last__gte=day, last__gt=F("first") + LONG_AWAY)


def _holders(day: date) -> QuerySet[Membership]:
    still = Q(person__left_on=None) | Q(person__left_on__gt=day)
    return Membership.objects.filter(still, role=OuterRef("role"))


@transaction.atomic
def _orphaned(processes: list[UUID], at: datetime) -> int:
    rows = locked(processes)
    away, moved = _absences(rows, at), _moves(rows)
    for row in rows:
        row.cause, row.why = _why(row, away, moved, at)
        row.state, row.since = OwnershipState.ORPHANED, at
        if row.cause == Cause.LEFT and row.proposed_id == row.process.owner_id:
            forget_offer(row)
    offer = ["proposed", "proposed_by", "proposed_at", "agreed_at", "takes_over_on"]
    Ownership.objects.bulk_update(rows, ["cause", "why", "state", "since", *offer], batch_size=1000)
    keep(entry(row, OwnershipEvent.ORPHANED, at=at, person=row.process.owner_id, why=row.why) for row in rows)
    return len(rows)


def _why(row: Ownership, away: dict[UUID, date], moved: dict[UUID, Move], at: datetime) -> tuple[Cause, str]:
    """Return why nobody owns a process now, and say it to readers."""
    owner, today = row.process.owner, at.date()
    if row.role_id and not row.process.owner_id:
        return (
            (Cause.UNANSWERED, _silent(row, today))
            if row.state == OwnershipState.PROPOSED and _late(row, at)
            else (
                Cause.NOBODY,
                f"nobody holds the role {row.process.owner_role}",
            )
        )
    if owner and owner.left_on and owner.left_on <= today:
        return Cause.LEFT, f"owner left {day_words(owner.left_on, today)}"
    if owner and owner.id in away:
        return Cause.AWAY, f"owner is away until {day_words(away[owner.id], today)}"
    if owner and owner.id in moved and row.state in ANSWERED:
        move = moved[owner.id]
        return (
            Cause.MOVED,
            f"owner moved from {move.department_before} to {move.department} on {day_words(move.on, today)}",
        )
    return Cause.UNANSWERED, _silent(row, today)


def _late(row: Ownership, at: datetime) -> bool:
    return row.proposed_at is not None and row.proposed_at < at - UNANSWERED


def _silent(row: Ownership, today: date) -> str:
    since = f" since {day_words(row.proposed_at.date(), today)}" if row.proposed_at else ""
    return f"{row.proposed or 'whom the page names'} has not said{since} whether they own it"


def _absences(rows: Iterable[Ownership], at: datetime) -> dict[UUID, date]:
    owners = [row.process.owner_id for row in rows if row.process.owner_id]
    today = at.date()
    return dict(_long_away(today).filter(person__in=owners).values_list("person_id", "last"))


def _moves(rows: Iterable[Ownership]) -> dict[UUID, Move]:
    owners = [row.process.owner_id for row in rows if row.process.owner_id]
    found = Move.objects.filter(person__in=owners).exclude(department="").exclude(department_before="").order_by("on")
    return {move.person_id: move for move in found if move.department.casefold() != move.department_before.casefold()}


def day_words(day: date, today: date) -> str:
    """Say a day so that it is still true tomorrow."""
    return f"{day.day} {MONTHS[day.month - 1]}" + ("" if day.year == today.year else f" {day.year}")


# -- In custody ------------------------------------------------------------------------------------


def hand_on(at: datetime) -> int:
    """Give what nobody owns to the next in line, whose fortnight begins; with nobody in line, look again tomorrow."""
    ids = [process for (process,) in _OVER(at=at, day=at.date())]
    return _handed_on(ids, at) if ids else 0


def _over(at: datetime, day: date) -> QuerySet[Ownership, Any]:
    over = Q(custody_until=None) | Q(custody_until__lte=at) | Q(custodian__left_on__lte=day)
    return Ownership.objects.filter(over, state__in=NOBODYS).values_list("process_id")


_OVER = Prepared(_over)


@transaction.atomic
def _handed_on(processes: list[UUID], at: datetime) -> int:
    rows = locked(processes)
    known = around(rows, at=at)
    for row in rows:
        row.custodian_id = known.after(row)
        row.state = OwnershipState.IN_CUSTODY if row.custodian_id else OwnershipState.ORPHANED
        row.custody_until = at + (CUSTODY if row.custodian_id else timedelta(days=1))
    Ownership.objects.bulk_update(rows, ["custodian", "state", "custody_until"], batch_size=1000)
    say_custodians(rows)
    kept = [row for row in rows if row.custodian_id]
    keep(entry(row, OwnershipEvent.IN_CUSTODY, at=at, person=row.custodian_id, why=row.why) for row in kept)
    tell_custodians(kept, at=at)
    return len(kept)


def say_custodians(rows: Iterable[Ownership]) -> None:
    """Give custodians the rights of owners: a statement for each of them."""
    by_person: dict[UUID | None, list[UUID]] = defaultdict(list)
    for row in rows:
        by_person[row.custodian_id].append(row.process_id)
    for person, processes in by_person.items():
        Process.objects.filter(id__in=processes).update(custodian=person)


# -- Given back ------------------------------------------------------------------------------------


def give_back(at: datetime) -> int:
    """Give a process back to an owner who is there again, and to a role that somebody holds again."""
    ids = [process for (process,) in _BACK(day=at.date())]
    return _given_back(ids, at) if ids else 0


def _back(day: date) -> QuerySet[Any]:
    """Select what nobody owns whose owner is there again, or whose role somebody holds again."""
    nobodys = Ownership.objects.filter(state__in=NOBODYS).order_by()
    owner = Q(process__owner__left_on=None) | Q(process__owner__left_on__gt=day)
    away = _long_away(day).filter(person=OuterRef("process__owner"))
    owned = nobodys.filter(owner, ~Exists(away), role=None, cause__in=(Cause.LEFT, Cause.AWAY))
    there = owned.filter(process__owner__isnull=False).values_list("process_id")
    again = nobodys.filter(Exists(_holders(day)), role__isnull=False, cause=Cause.NOBODY)
    return there.union(again.values_list("process_id"))


_BACK = Prepared(_back)


@transaction.atomic
def _given_back(processes: list[UUID], at: datetime) -> int:
    rows = locked(processes)
    turns = on_point({row.role_id for row in rows if row.role_id}, at=at)
    asked = [row for row in rows if _returned(row, turns.get(row.role_id) if row.role_id else None, at)]
    for row in rows:
        row.save()
    _no_custodian(row.process_id for row in rows)
    keep(entry(row, OwnershipEvent.RETURNED, at=at, person=row.process.owner_id or row.proposed_id) for row in rows)
    tell_named(asked, at=at)
    return len(rows)


def _returned(row: Ownership, turn: object, at: datetime) -> bool:
    """Let whoever answers do so again; say whether they must be asked whether they own it."""
    row.custodian = row.custody_until = None
    row.cause, row.why, row.since = "", "", at
    accepted = row.owner_id is not None and row.owner_id == row.process.owner_id and turn is None
    row.state = OwnershipState.ACCEPTED if accepted else OwnershipState.PROPOSED
    if not accepted:
        row.proposed = getattr(turn, "person", row.process.owner)
        row.proposed_by, row.proposed_at = None, at
    return not accepted


def _no_custodian(processes: Iterable[UUID]) -> None:
    kept: Collection[UUID] = list(processes)
    Process.objects.filter(id__in=kept).update(custodian=None)
