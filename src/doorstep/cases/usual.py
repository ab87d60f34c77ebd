"""How long answers usually take, by process and step: the median of the last runs, in working time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from doorstep.cases.models import Ask, Case
from doorstep.chase.run import usual
from doorstep.chase.working import Calendar
from doorstep.people.prepared import Prepared

RUNS = 300
"""Runs looked at, the latest first, over all processes asked for."""

ENOUGH = 3
"""Fewer answers than these say nothing."""

Usual = Mapping[tuple[UUID, str], timedelta]
"""From process and step (its key) to how long an answer usually takes."""


def usual_of(processes: Collection[UUID], *, calendar: Calendar) -> Usual:
    """Return what answers usually take in some processes.  Two queries; index: case_of_process."""
    of_case = {case: process for case, process, _ in _ENDED(processes=list(processes))}
    if not of_case:
        return {}
    answered = Ask.objects.filter(case_id__in=of_case, state="answered", settled_at__isnull=False)
    took: dict[tuple[UUID, str], list[timedelta]] = defaultdict(list)
    for case_id, step, asked, settled in answered.values_list("case_id", "step", "asked_at", "settled_at"):
        took[of_case[case_id], step].append(_length(asked, settled, calendar))
    medians = {key: usual(lengths) for key, lengths in took.items() if len(lengths) >= ENOUGH}
    return {key: length for key, length in medians.items() if length is not None}


def _ended(processes: list[UUID]) -> QuerySet[Case, Any]:
    ended = Case.objects.filter(process_id__among=processes, status="done").order_by("-started_at")
    return ended.values_list("id", "process_id", "started_at")[:RUNS]


_ENDED = Prepared(_ended)


def _length(asked: datetime, settled: datetime | None, calendar: Calendar) -> timedelta:
    """Return the working time between two instants; of an answer outside working hours, the time itself."""
    assert settled is not None, "only what was settled is measured"
    return calendar.between(asked, settled) or settled - asked
