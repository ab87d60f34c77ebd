"""Reading recalls: how far they are, their runs, and those that wait for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from doorstep.cases.models import Case
from doorstep.people.prepared import Prepared
from doorstep.stewardship.models import FollowUp
from doorstep.stewardship.waits import Waiting


@dataclass(frozen=True, slots=True)
class Progress:
    """How many runs of a recall there are, and how many were looked at."""

    of: int
    looked_at: int


@dataclass(frozen=True, slots=True)
class Affected:
    """A run of a recall, by its title, and what became of it."""

    follow_up: FollowUp
    title: str
    status: str
    started_at: datetime | None


def progress_of(recall: UUID, *, person: UUID | None = None) -> Progress:
    """Return how far a recall is, for one person or altogether.  One query; index: follow_up_open."""
    rows = FollowUp.objects.filter(recall=recall)
    rows = rows.filter(person=person) if person else rows
    counted = rows.aggregate(of=Count("id"), looked_at=Count("id", filter=Q(settled_at__isnull=False)))
    return Progress(counted["of"], counted["looked_at"])


def affected(rows: Sequence[FollowUp]) -> list[Affected]:
    """Return some follow-ups with their runs.  One query."""
    wanted = Case.objects.filter(id__in=[row.case_id for row in rows])
    cases = {one[0]: one[1:] for one in wanted.values_list("id", "title", "status", "started_at")}
    unknown = ("a run that is no longer here", "", None)
    return [Affected(row, *cases.get(row.case_id, unknown)) for row in rows]


# Index: follow_up_of_person.
def follow_ups(person: UUID, at: datetime) -> list[Waiting]:
    """Return the recalls whose runs wait for somebody, one a recall.  One query."""
    return [
        Waiting(
            kind="recall",
            path=f"/recall/{recall}/",
            name=f"Look at {'a run' if runs == 1 else f'{runs:,} runs'}: “{step}” was wrong",
            title=f"{process}: {why[:160]}",
            since=since,
            by=by or "",
        )
        for recall, step, why, process, by, since, runs in _OPEN(person=person, at=at)
    ]


def _open(person: UUID, at: datetime) -> QuerySet[FollowUp, Any]:
    rows = FollowUp.objects.filter(person=person, settled_at=None, recall__at__lte=at)
    of = ("recall", "recall__step", "recall__why", "recall__process__title", "recall__by__name", "recall__at")
    counted: QuerySet[FollowUp, Any] = rows.values(*of).annotate(runs=Count("id")).order_by("recall__at")
    return counted.values_list(*of, "runs")


_OPEN = Prepared(_open)
