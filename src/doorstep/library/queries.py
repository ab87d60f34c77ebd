"""Reading the library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from doorstep.library.errors import UnknownVersion
from doorstep.library.models import Level, Process, Version, VersionState
from doorstep.library.seen import seen_by
from doorstep.people.clock import business_now
from doorstep.people.held import roles_of
from doorstep.people.rights import Doer

ANSWERING = ("process__owner", "process__owner_role", "process__custodian")
"""What `answers_for` reads, from a version."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A process in a list.  ``mine``: one of the reader's roles appears in it, or they own or know it."""

    process_id: UUID
    version_id: UUID
    key: str
    title: str
    level: Level
    group: str
    owner: str  # who answers for it, in words; empty: nobody
    number: int
    effective_from: datetime
    mine: bool
    review_due: date | None = None


def effective(key: str, *, by: Doer) -> Version | None:
    """Return the version of a process that is in force, with the process; None before the first.

    For somebody who may not meet the process there is none.
    """
    rows = Version.objects.select_related("process", "process__owner", "process__owner_role", "process__group")
    return rows.filter(seen_by(by, process="process"), process__key=key, state=VersionState.EFFECTIVE).first()


def version(version_id: UUID) -> Version:
    """Return a version with its process.  Raises UnknownVersion."""
    row = Version.objects.select_related("process").filter(id=version_id).first()
    if row is None:
        raise UnknownVersion(f"Expected the id of a version, but {version_id} is none.")
    return row


def process(key: str) -> Process | None:
    """Return the process of a key."""
    return (
        Process.objects.select_related("owner", "owner_role", "expert", "expert_role", "group").filter(key=key).first()
    )


def versions_of(key: str) -> tuple[Version, ...]:
    """Return the versions of a process, the newest first, without their texts.  One query."""
    rows = Version.objects.filter(process__key=key).select_related("published_by").defer("text", "identities")
    return tuple(rows.order_by("-number"))


def processes_for(person: UUID | None, *, only_mine: bool = False) -> tuple[Listed, ...]:
    """Return what a reader may meet, by group and title; effective versions alone.  Three queries."""
    roles = list(roles_of(person)) if person else []
    appears = Exists(Process.roles.through.objects.filter(process=OuterRef("process"), role__in=roles))
    leads = Q(process__owner=person) | Q(process__expert=person)
    holds = Q(process__owner_role__in=roles) | Q(process__expert_role__in=roles)
    rows = Version.objects.filter(seen_by(person, process="process"), state=VersionState.EFFECTIVE)
    rows = rows.alias(appears=appears)
    rows = rows.annotate(mine=Exists(Process.objects.none()) if person is None else Q(appears=True) | leads | holds)
    if only_mine:
        rows = rows.filter(mine=True)
    related = rows.select_related(*ANSWERING, "process__group")
    ordered = related.order_by(F("process__group__name").asc(nulls_last=True), "process__title", "id")
    day = business_now().date()
    return tuple(listed(row, day=day) for row in ordered.defer("text", "identities", "faults"))


def answers_for(process: Process, *, day: date) -> str:
    """Say in a word or two who answers for a process: its owner, else who has it in custody; empty where nobody does."""
    return f"no owner, custodian {process.custodian}" if process.custodian else owner_of(process, day=day)


def owner_of(process: Process, *, day: date) -> str:
    """Say who owns a process on a day; empty where nobody does: whoever has left owns nothing, custodians never do."""
    owner = process.owner
    gone = process.custodian_id or (owner and owner.left_on and owner.left_on <= day)
    return "" if gone else str(owner or process.owner_role or "")


def listed(row: Version, *, day: date) -> Listed:
    """Return a version as a list shows it on a day."""
    of = row.process
    assert row.effective_from is not None, "an effective version has a date"
    return Listed(
        process_id=of.id,
        version_id=row.id,
        key=of.key,
        title=of.title,
        level=Level(of.level),
        group=of.group.name if of.group else "",
        owner=answers_for(of, day=day),
        number=row.number,
        effective_from=row.effective_from,
        mine=bool(getattr(row, "mine", False)),
        review_due=of.review_due,
    )
