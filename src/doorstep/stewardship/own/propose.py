"""Ownership follows the pages: proposed to whom a page that takes effect names, taken over on the day that was agreed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from doorstep.library.models import Process, Version, VersionState
from doorstep.library.programs import meaning_of
from doorstep.people.models import Role
from doorstep.people.on_point import Turn, begin_turns, on_point, turns_due
from doorstep.people.prepared import Prepared
from doorstep.reading.addressees import write_addressee
from doorstep.stewardship.models import (
    Cause,
    NoteKind,
    Ownership,
    OwnershipEntry,
    OwnershipEvent,
    OwnershipState,
)
from doorstep.stewardship.note import Told, note
from doorstep.stewardship.own.entries import entry, keep
from doorstep.stewardship.own.taking_over import forget_offer, locked, take_over
from doorstep.stewardship.own.telling import OWNING, tell, tell_named

BATCH = 500


def propose(at: datetime) -> int:
    """Compare ownership with the pages that took effect since; ask those they name, each in one note."""
    if not _ANY_NEW():
        return 0
    rows: list[Ownership] = []
    while due := dict(_new().order_by("id").values_list("id", "process")[:BATCH]):
        rows += _propose_some(due, at)
    tell_named((row for row in rows if row.proposed_id and row.proposed_at == at), at=at)
    return len(rows)


def _new() -> QuerySet[Version]:
    """Return the versions in force that ownership has not been compared with."""
    compared = Ownership.objects.filter(version=OuterRef("id"))
    return Version.objects.filter(~Exists(compared), state=VersionState.EFFECTIVE)


# Indexes: version_effective and that of the version compared last, side by side.
_ANY_NEW = Prepared(lambda: _new().values_list("id")[:1])


@transaction.atomic
def _propose_some(due: Mapping[UUID, UUID], at: datetime) -> list[Ownership]:
    """Look at some pages.  A constant number of queries."""
    list(Process.objects.select_for_update().filter(id__in=due.values()).order_by("id").values_list("id"))
    found = _new().filter(id__in=due)
    related = ("process__owner", "process__owner_role", "process__group", "process__ownership")
    looked = list(found.select_related(*related).defer("text", "identities", "faults"))
    turns = on_point({one.process.owner_role_id for one in looked if one.process.owner_role_id}, at=at)
    entries: list[OwnershipEntry] = []
    rows = [_compared(one, turns, entries, at) for one in looked]
    fresh = [row for row in rows if row._state.adding]  # noqa: SLF001  (Django's name for a row that is new)
    known = [row for row in rows if not row._state.adding]  # noqa: SLF001
    Ownership.objects.bulk_create(fresh)
    Ownership.objects.bulk_update(known, _COLUMNS)
    keep(entries)
    return rows


_COLUMNS = [field.name for field in Ownership._meta.concrete_fields if not field.primary_key]  # noqa: SLF001


def _compared(version: Version, turns: Mapping[UUID, Turn], entries: list[OwnershipEntry], at: datetime) -> Ownership:
    """Return what a page that took effect makes of the ownership of its process."""
    process = version.process
    row = getattr(process, "ownership", None) or Ownership(process=process, since=at)
    row.version_id = version.id
    turn = turns.get(process.owner_role_id) if process.owner_role_id else None
    person = turn.person if turn else process.owner
    if _stands(row, process):
        return row
    if row.proposed_id:
        forget_offer(row)
    row.role_id, row.since = process.owner_role_id, at
    if person is None or (person.left_on and person.left_on <= at.date()) or person.id == row.declined_id:
        _nobody(row, version, person.id if person else None)
        entries.append(entry(row, OwnershipEvent.ORPHANED, at=at, why=row.why))
    elif version.published_by_id == person.id:
        row.state, row.owner, row.accepted_at, row.cause, row.why = OwnershipState.ACCEPTED, person, at, "", ""
        entries.append(entry(row, OwnershipEvent.ACCEPTED, at=at, person=person.id, by=person.id, why="published it"))
    else:
        row.state, row.cause, row.why = OwnershipState.PROPOSED, "", ""
        row.proposed, row.proposed_by_id, row.proposed_at = person, version.published_by_id, at
        entries.append(entry(row, OwnershipEvent.PROPOSED, at=at, person=person.id, by=version.published_by_id))
    return row


def _stands(row: Ownership, process: Process) -> bool:
    """Say whether what a page names is what stands already: accepted, asked, or looked after for it."""
    if row.owner_id is None and row.proposed_id is None:
        return False
    if process.owner_role_id:
        return row.role_id == process.owner_role_id
    named = row.owner_id if row.state != OwnershipState.PROPOSED else row.proposed_id
    return process.owner_id is not None and row.role_id is None and named == process.owner_id


def _nobody(row: Ownership, version: Version, person: UUID | None) -> None:
    """Say that a page names nobody who could own it."""
    row.state = OwnershipState.ORPHANED
    if person is not None and person == row.declined_id:
        Process.objects.filter(id=row.process_id, owner=person).update(owner=None)
        row.cause, row.why = Cause.DECLINED, row.why or "whom the page names declined"
        return
    named = meaning_of(version.id).page.card.owner
    role = row.process.owner_role
    row.cause = Cause.LEFT if person else Cause.NOBODY
    if person:
        row.why = "owner left"
    elif role:
        row.why = f"nobody holds the role {role}"
    elif named:
        row.why = f"the page names {write_addressee(named)} as its owner, who is nobody here"
    else:
        row.why = "the page names no owner"


# -- A role owns -----------------------------------------------------------------------------------


def take_turns(at: datetime) -> int:
    """Let the next holder of each role that owns something be on point when the turn is over, and tell them."""
    roles = dict(_OWNING_ROLES())
    due = turns_due(roles, at=at) if roles else frozenset()
    begun = begin_turns(due, at=at) if due else ()
    for turn in begun:
        Ownership.objects.filter(role=turn.role, state=OwnershipState.PROPOSED).update(proposed=turn.person)
    note([_on_point_note(turn) for turn in begun], at=at)
    return len(begun)


# Index: process_of_role.
_OWNING_ROLES = Prepared(
    lambda: Role.objects.filter(
        id__in=Process.objects.filter(owner_role__isnull=False).values("owner_role")
    ).values_list("id", "turn_days")
)


def _on_point_note(turn: Turn) -> Told:
    days = (turn.until - turn.since).days + 1
    text = f"You are on point for {turn.role_name} for {days} days: what it owns comes to you first."
    return Told(turn.person.id, NoteKind.OWNERSHIP, f"on point:{turn.role}:{turn.since}", text, OWNING)


# -- Agreed hand-overs -----------------------------------------------------------------------------


def take_over_due(at: datetime) -> int:
    """Let those take over whose agreed day has come; an offer to somebody who has left since is taken back."""
    ids = [process for (process,) in _TO_TAKE(day=at.date())]
    return _taken(ids, at) if ids else 0


def _to_take(day: date) -> QuerySet[Any]:
    """Select hand-overs whose day has come, and offers to somebody who left.  Indexes: ownership_takes_over, person_left."""
    every = Ownership.objects.order_by()
    due = every.filter(takes_over_on__lte=day).exclude(agreed_at=None).values_list("process_id")
    gone = every.filter(proposed__left_on__lte=day).exclude(state=OwnershipState.PROPOSED)
    return due.union(gone.values_list("process_id"))


_TO_TAKE = Prepared(_to_take)


@transaction.atomic
def _taken(processes: list[UUID], at: datetime) -> int:
    for row in locked(processes):
        person = row.proposed
        if person is None:
            continue
        if person.left_on and person.left_on <= at.date():
            _offer_to_nobody(row, person.name, at)
        else:
            take_over(row, person, by=None, at=at, why="the agreed day has come")
    return len(processes)


def _offer_to_nobody(row: Ownership, name: str, at: datetime) -> None:
    giver = row.proposed_by_id
    forget_offer(row)
    row.save()
    text = f"{name}, to whom you offered “{row.process.title}”, has left. Offer it to somebody else."
    tell(giver, text, key=f"left:{row.process_id}:{at.date()}", at=at)
