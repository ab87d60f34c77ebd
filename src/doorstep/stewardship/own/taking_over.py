"""Somebody becomes the owner: the record and the page say so together."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.library.models import Process, Version, VersionState
from doorstep.library.restate import restate
from doorstep.people.models import Person
from doorstep.reading.page import Address
from doorstep.stewardship.models import Ownership, OwnershipEvent, OwnershipState
from doorstep.stewardship.own.entries import entry, keep


def locked(processes: list[UUID]) -> list[Ownership]:
    """Return ownerships with their processes, locked in one order so that two who act at once follow each other."""
    rows = Ownership.objects.filter(process__in=processes)
    list(rows.select_for_update().order_by("process").values_list("process_id"))  # first wait, then read what is so
    return list(rows.select_related("process", "process__group", "proposed", "owner").order_by("process"))


def take_over(row: Ownership, person: Person, *, by: UUID | None, at: datetime, why: str = "") -> None:
    """Let somebody own a process from now on; where the page names another, an editorial version says so."""
    process = row.process
    before = row.owner if row.owner_id not in {None, person.id} else None
    for_role = bool(process.owner_role_id) and row.proposed_id == person.id and row.role_id == process.owner_role_id
    Process.objects.filter(id=process.id).update(custodian=None)
    if not for_role and process.owner_id != person.id:
        passed = f"The ownership passed from {before} to {person}." if before else f"{person} owns it now."
        restate(process=process.id, by=person.id, owner=Address(person.email), why=passed, at=at)
        process.refresh_from_db()
    row.state, row.since, row.cause, row.why = OwnershipState.ACCEPTED, at, "", ""
    row.owner, row.accepted_at, row.role_id = person, at, process.owner_role_id if for_role else None
    row.version_id = effective_id(process.id)
    forget_offer(row)
    row.declined = row.custodian = row.custody_until = None
    row.save()
    keep([entry(row, OwnershipEvent.ACCEPTED, at=at, person=person.id, by=by, why=why)])


def forget_offer(row: Ownership) -> None:
    """Take an offer away from a row."""
    row.proposed = row.proposed_by = row.proposed_at = row.agreed_at = row.takes_over_on = None


def effective_id(process: UUID) -> UUID | None:
    """Return the version of a process that is in force."""
    rows = Version.objects.filter(process=process, state=VersionState.EFFECTIVE)
    return rows.values_list("id", flat=True).first()
