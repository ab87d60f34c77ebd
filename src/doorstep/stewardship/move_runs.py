"""Move the runs on the way when the version they were promised takes effect, in batches; none is lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from doorstep.cases.migrate import migrate
from doorstep.cases.models import Case
from doorstep.cases.refusals import Refused
from doorstep.library.models import Version, VersionState
from doorstep.people.prepared import Prepared
from doorstep.stewardship.later import later
from doorstep.stewardship.models import Move, MoveState, Moving, ProgressKind, Proposal, ProposalState
from doorstep.stewardship.progress import advance, begin
from doorstep.stewardship.running import look_again, mover_of, on_the_way
from doorstep.stewardship.told import happened, page_of, tell, tell_drift, tell_proposer

BATCH = 50
"""Runs moved in one job: each is a transaction of its own."""


def begin_moves(at: datetime) -> int:
    """Take in approved versions that are in force now, or were overtaken before.  One query when there is none."""
    ready = _READY()
    for (proposal,) in ready:
        _begin(proposal, at)
    return len(ready)


def _ready() -> QuerySet[Proposal, Any]:
    due = Proposal.objects.filter(moving=Moving.DUE, state=ProposalState.APPROVED)
    return due.exclude(version__state=VersionState.APPROVED).values_list("id")[:BATCH]


_READY = Prepared(_ready)


@transaction.atomic
def _begin(proposal: UUID, at: datetime) -> None:
    """Say that a version is in force, and move what is to move."""
    row = Proposal.objects.select_for_update().get(id=proposal)
    if row.moving != Moving.DUE or row.version is None or row.version.state == VersionState.APPROVED:
        return
    row.moving = Moving.NONE
    if row.version.state == VersionState.EFFECTIVE:
        _in_force(row, row.version, at)
    elif row.version.effective_from and row.version.effective_from > at:
        _never(row, row.version, at)
    row.save()


def _in_force(row: Proposal, version: Version, at: datetime) -> None:
    if row.effective_from:
        said = f"Version {version.number} of {page_of(row)} is in force now: what you proposed is how it is done."
        happened(row, f"Version {version.number} is in force.", by=None, at=at)
        tell_proposer(row, said, at=at)
    if drift := look_again(row, at=at):
        tell_drift(row, drift, since="it was approved", at=at)
    if row.move_running:
        _plan(row, version, at)


def _never(row: Proposal, version: Version, at: datetime) -> None:
    """Say that a version did not come to its date: a newer one was first, or the page was made obsolete."""
    obsolete = version.state == VersionState.OBSOLETE
    why = "was made obsolete with its page" if obsolete else "was overtaken by a newer one"
    row.outcome = f"Version {version.number} of {page_of(row)} {why} before its date."
    row.heard_at = None
    happened(row, row.outcome, by=None, at=at)
    tell_proposer(row, f"Your change: {row.outcome}", at=at)


def _plan(row: Proposal, version: Version, at: datetime) -> None:
    """Write down every run that is on the way, and ask for the first batch."""
    staying = set(row.staying)
    cases = on_the_way(version.process_id).exclude(version_id=version.id).values_list("id", flat=True)
    stays, waits = MoveState.STAYS, MoveState.WAITING
    moves = [Move(proposal=row, case_id=one, state=stays if str(one) in staying else waits, at=at) for one in cases]
    Move.objects.bulk_create(moves, batch_size=1000, ignore_conflicts=True)
    waiting = sum(one.state == MoveState.WAITING for one in moves)
    begin(kind=ProgressKind.MOVING, about=row.id, total=waiting, at=at)
    row.moving = Moving.MOVING if waiting else Moving.MOVED
    if waiting:
        later("move_runs", proposal=str(row.id), once=f"move {row.id}")


def move_some(*, proposal: UUID, at: datetime, limit: int = BATCH) -> int:
    """Move some of the runs that wait, and return how many are left.  Done again after a crash, none moves twice."""
    row = Proposal.objects.select_related("process", "version").get(id=proposal)
    assert row.process is not None, "moves are of a process"
    by = mover_of(row.process, at=at)
    waiting = Move.objects.filter(proposal=row, state=MoveState.WAITING).order_by("id")
    for move in waiting[:limit]:
        _move(move, row, by, at)
    left = waiting.count()
    if not left:
        _ended(proposal, at)
    return left


@transaction.atomic
def _move(move: Move, row: Proposal, by: UUID | None, at: datetime) -> None:
    """Move one run and write down how it ended."""
    assert row.version is not None, "moves are of a version in force"
    move.state, move.why = _tried(move, row.version, row, by=by, at=at)
    move.at = at
    move.save(update_fields=["state", "why", "at"])
    advance(kind=ProgressKind.MOVING, about=row.id, by=1, at=at)


def _tried(move: Move, version: Version, row: Proposal, *, by: UUID | None, at: datetime) -> tuple[MoveState, str]:
    case = Case.objects.filter(id=move.case_id).first()
    if case is None or case.status not in ("open", "suspended") or case.version_id == version.id:
        return MoveState.PASSED, ""
    if by is None:
        return MoveState.FAILED, "Nobody owns or knows this page, in whose name it could move."
    try:
        with transaction.atomic():
            reason = f"Version {version.number} is in force. {row.sentence}".strip()
            migrate(case_id=case.id, version_id=version.id, by=by, reason=reason, at=at, key=f"move/{row.id}")
    except Refused as refused:
        return MoveState.FAILED, str(refused)
    return MoveState.MOVED, ""


@transaction.atomic
def _ended(proposal: UUID, at: datetime) -> None:
    """Say how it went to whoever decides, and list what could not be moved."""
    row = Proposal.objects.select_for_update().get(id=proposal)
    if row.moving != Moving.MOVING:
        return
    states = list(Move.objects.filter(proposal=row).values_list("state", flat=True))
    moved, failed = states.count(MoveState.MOVED), states.count(MoveState.FAILED)
    row.moving = Moving.MOVED
    said = f"{moved} of {len(states)} runs on the way moved to the new version"
    happened(row, f"{said}; {failed} could not." if failed else f"{said}.", by=None, at=at)
    row.save(update_fields=["moving", "history", "changed_at"])
    if failed and row.process:
        mover = mover_of(row.process, at=at)
        text = f"{page_of(row)}: {failed} of {len(states)} runs could not move to the new version. See which and why."
        tell(row, [mover] if mover else [], text, at=at)
