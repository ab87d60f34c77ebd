"""Ownership lapses when nobody has confirmed it for a year, or its review is overdue by more than a tenth."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from doorstep.people.prepared import Prepared
from doorstep.stewardship.models import Ownership, OwnershipEvent, OwnershipState
from doorstep.stewardship.own.custody import day_words
from doorstep.stewardship.own.entries import entry, keep
from doorstep.stewardship.own.taking_over import locked
from doorstep.stewardship.own.telling import tell_lapsing

CONFIRMED_FOR = timedelta(days=365)


def lapse(at: datetime) -> int:
    """Find what its owner must say again is theirs."""
    rows = _MAY_LAPSE(since=at - CONFIRMED_FOR, day=at.date())
    found = [process for process, *stands in rows if _lapses(*stands, at=at)]
    return _lapsed(found, at) if found else 0


def _may_lapse(since: datetime, day: date) -> QuerySet[Any]:
    """Select what was confirmed long ago, and what is to be reviewed.  Indexes: ownership_by_state, process_review_due."""
    accepted = Ownership.objects.filter(
        Q(accepted_at__lt=since) | Q(process__review_due__lt=day), state=OwnershipState.ACCEPTED
    )
    return accepted.values_list("process_id", "accepted_at", "process__review_due", "process__verified_at")


_MAY_LAPSE = Prepared(_may_lapse)


def _lapses(accepted: datetime | None, due: date | None, verified: datetime | None, *, at: datetime) -> bool:
    if accepted and accepted < at - CONFIRMED_FOR:
        return True
    return due is not None and at.date() > due + _grace(due, verified)


def _grace(due: date, verified: datetime | None) -> timedelta:
    """Return a tenth of the time between two reviews; of a year where none was made yet."""
    return (due - verified.date() if verified else CONFIRMED_FOR) / 10


@transaction.atomic
def _lapsed(processes: Iterable[object], at: datetime) -> int:
    rows = locked(list(processes))  # type: ignore[arg-type]  # ids of processes
    for row in rows:
        row.state, row.since, row.why = OwnershipState.LAPSING, at, _why(row, at)
    Ownership.objects.bulk_update(rows, ["state", "since", "why"], batch_size=1000)
    keep(entry(row, OwnershipEvent.LAPSING, at=at, person=row.owner_id, why=row.why) for row in rows)
    tell_lapsing(rows, at=at)
    return len(rows)


def _why(row: Ownership, at: datetime) -> str:
    today = at.date()
    if row.process.review_due and row.process.review_due < today:
        return f"the review was due {day_words(row.process.review_due, today)}"
    assert row.accepted_at is not None, "what is owned was accepted"
    return f"nobody has confirmed it since {day_words(row.accepted_at.date(), today)}"


def recover(at: datetime) -> int:
    """Let what was verified on its page stand again."""
    if not _RECOVERS(since=at - CONFIRMED_FOR, day=at.date()):
        return 0
    rows = Ownership.objects.filter(
        _fresh(at.date()), state=OwnershipState.LAPSING, accepted_at__gte=at - CONFIRMED_FOR
    )
    return rows.update(state=OwnershipState.ACCEPTED, since=at, why="")


def _recovers(since: datetime, day: date) -> QuerySet[Ownership, Any]:
    rows = Ownership.objects.filter(_fresh(day), state=OwnershipState.LAPSING, accepted_at__gte=since)
    return rows.values_list("process_id")[:1]


_RECOVERS = Prepared(_recovers)


def _fresh(day: date) -> Q:
    return Q(process__review_due=None) | Q(process__review_due__gte=day)
