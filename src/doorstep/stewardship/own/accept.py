"""Accepting and declining what one is asked to own, many at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.chase.say import say_day
from doorstep.library.models import Process
from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.people.models import Membership, Person
from doorstep.stewardship.models import Cause, Ownership, OwnershipEvent, OwnershipState
from doorstep.stewardship.own.entries import entry, keep
from doorstep.stewardship.own.line import CUSTODY
from doorstep.stewardship.own.rights import require_able
from doorstep.stewardship.own.taking_over import forget_offer, locked, take_over
from doorstep.stewardship.own.telling import ORPHANS, tell


@transaction.atomic
def accept(*, processes: Collection[UUID], by: UUID, at: datetime) -> int:
    """Accept the ownership of processes that are proposed to somebody; return how many are new.

    What they own already is passed over, so that pressing twice does no harm.  A hand-over whose day has not come
    is agreed to now and takes effect then; until that day the old owner answers.  All or none: raises NotAllowed
    for one that is not offered to them, NotUsable when they cannot own anything.
    """
    person = require_able(by, today=at.date())
    rows = [row for row in locked(list(processes)) if not _is_theirs(row, by)]
    for row in rows:
        _require_offered(row, by)
    for row in rows:
        _accept(row, person, at)
    return len(rows)


def _accept(row: Ownership, person: Person, at: datetime) -> None:
    giver = row.proposed_by_id
    if row.takes_over_on and row.takes_over_on > at.date():
        row.agreed_at = at
        row.save()
        keep([entry(row, OwnershipEvent.AGREED, at=at, person=person.id, by=person.id)])
        when = f"takes it over on {say_day(row.takes_over_on, today=at.date())}"
    else:
        row.proposed_id = person.id  # any holder of the role may accept for it
        take_over(row, person, by=person.id, at=at)
        when = "owns it now"
    if giver not in {None, person.id}:
        text = f"{person} accepted “{row.process.title}” and {when}."
        tell(
            giver, text, key=f"accepted:{row.process_id}:{at:%Y%m%d%H%M%S}", at=at, path=f"/library/{row.process.key}/"
        )


@transaction.atomic
def decline(*, processes: Collection[UUID], by: UUID, reason: str, at: datetime) -> int:
    """Decline what one is asked to own; return how many there were.

    An offer goes back to who made it, who still answers for the process.  What a page proposed has no owner then
    and enters the orphan queue, and only a new offer asks the same person again.  Raises NotAllowed, NotUsable.
    """
    why = " ".join(reason.split())
    if not why:
        raise NotUsable("Expected a reason, but got none. Say in a few words why, and who might own it instead.")
    rows = locked(list(processes))
    for row in rows:
        _require_offered(row, by)
    person = Person.objects.get(id=by)
    for row in rows:
        _decline(row, person, why, at)
    return len(rows)


def _decline(row: Ownership, person: Person, why: str, at: datetime) -> None:
    by, name = person.id, person.name
    keep([entry(row, OwnershipEvent.DECLINED, at=at, person=by, by=by, why=why)])
    giver, process = row.proposed_by_id, row.process
    forget_offer(row)
    if row.state == OwnershipState.PROPOSED:
        row.state, row.since, row.declined_id = OwnershipState.ORPHANED, at, by
        row.cause, row.why = Cause.DECLINED, f"{name} declined: {why}"
        Process.objects.filter(id=process.id, owner=by).update(owner=None)
        if giver not in {None, by}:
            row.state, row.custodian_id, row.custody_until = OwnershipState.IN_CUSTODY, giver, at + CUSTODY
            Process.objects.filter(id=process.id).update(custodian=giver)
    row.save()
    if giver not in {None, by}:
        text = f"{name} does not take “{process.title}”: {why}"
        key = f"declined:{row.process_id}:{at:%Y%m%d%H%M%S}"
        tell(giver, text, key=key, at=at, path=ORPHANS if row.cause else "/owning/")


def _is_theirs(row: Ownership, by: UUID) -> bool:
    """Say whether somebody owns it, or agreed to, already."""
    owned = row.owner_id == by and row.state == OwnershipState.ACCEPTED
    return owned or (row.proposed_id == by and row.agreed_at is not None)


def _require_offered(row: Ownership, by: UUID) -> None:
    if row.proposed_id == by or (row.proposed_id and holds(row.role_id, by)):
        return
    title = row.process.title
    if row.proposed_id is None and row.owner and row.state == OwnershipState.ACCEPTED:
        raise NotAllowed(f"“{title}” is no longer offered: {row.owner} owns it. Nothing was changed.")
    other = f"it is offered to {row.proposed}" if row.proposed else "the offer was taken back or declined"
    raise NotAllowed(f"“{title}” is not offered to you: {other}. Nothing was changed.")


def holds(role: UUID | None, by: UUID) -> bool:
    """Say whether somebody holds a role that owns."""
    return role is not None and Membership.objects.filter(role=role, person=by).exists()
