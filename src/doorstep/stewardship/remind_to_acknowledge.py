"""Silence about a change: a reminder after three days, one before the end, then the line manager, once.

Each is a row's due time; with nothing due it is one look at an index, and what is due goes in sets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, QuerySet, When

from doorstep.chase.say import say_time
from doorstep.library.readers import readers_of
from doorstep.library.rights import is_restricted
from doorstep.people.models import Absence, Person
from doorstep.people.prepared import Prepared
from doorstep.stewardship.models import Acknowledgement, AcknowledgementState, NoteKind
from doorstep.stewardship.note import Told, note
from doorstep.stewardship.tell_change import is_critical, path_of

BEFORE_THE_END = timedelta(days=1)
AGAIN = timedelta(days=1)
PART = 1_000


def remind_to_acknowledge(at: datetime) -> int:
    """Remind those who are silent, and tell the managers of those who were to the end.  Return how many it was."""
    return _remind(at) if _DUE(at=at) else 0


def _due(at: datetime) -> QuerySet[Acknowledgement, Any]:
    """Select whether anything is due.  Index: ack_next."""
    rows = Acknowledgement.objects.filter(state=AcknowledgementState.ASKED, next_at__lte=at)
    return rows.order_by("next_at").values_list("id")[:1]


_DUE = Prepared(_due)


@transaction.atomic
def _remind(at: datetime) -> int:
    due = Acknowledgement.objects.filter(state=AcknowledgementState.ASKED, next_at__lte=at).order_by("next_at")
    locked = list(
        due.select_for_update(skip_locked=True, of=("self",))
        .select_related("process__group", "person", "version")
        .defer("version__text")[:PART]
    )
    away = _away(locked, at)
    late = [row for row in locked if row.due_at <= at and row.person_id not in away]
    slow = [row for row in locked if row.due_at > at]
    note(_reminders(slow, at), at=at)
    note(_escalations(late, at), at=at)
    _next(slow, late, [row for row in locked if row.due_at <= at and row.person_id in away], at=at)
    return len(locked)


def _next(
    slow: Sequence[Acknowledgement], late: Sequence[Acknowledgement], away: Sequence[Acknowledgement], *, at: datetime
) -> None:
    """Set when each is looked at next: before the end, at the end, never again; of whoever is away each day."""
    before = Case(When(due_at__gt=at + BEFORE_THE_END, then=F("due_at") - BEFORE_THE_END), default=F("due_at"))
    _of(slow).update(reminded=F("reminded") + 1, next_at=before)
    _of(late).update(escalated_at=at, next_at=None)
    _of(away).update(next_at=at + AGAIN)


def _of(rows: Sequence[Acknowledgement]) -> QuerySet[Acknowledgement]:
    return Acknowledgement.objects.filter(id__in=[row.id for row in rows])


def _away(rows: Sequence[Acknowledgement], at: datetime) -> set[UUID]:
    """Return who is away: their silence is no news for their manager until they are back.  One query."""
    day = at.date()
    away = Absence.objects.filter(person__in=[row.person_id for row in rows], first__lte=day, last__gte=day)
    return set(away.values_list("person", flat=True))


def _reminders(rows: Sequence[Acknowledgement], at: datetime) -> Iterator[Told]:
    zone = ZoneInfo(settings.DOORSTEP.text("zone") or "UTC")
    for row in rows:
        own = ZoneInfo(row.person.zone) if row.person.zone else zone
        by = say_time(row.due_at, now=at, zone=own)
        text = f"{row.process.title}: please say by {by} that you saw what changed for you."
        key = f"reminder {row.reminded + 1} {row.version_id}"
        urgent = is_critical(row.version)
        yield Told(row.person_id, NoteKind.REMINDER, key, text, path_of(row.version_id), row.version_id, urgent)


def _escalations(rows: Sequence[Acknowledgement], at: datetime) -> Iterator[Told]:
    """Yield what each line manager hears: once a version, however many of the team are silent."""
    managers = _managers(rows, at)
    teams: dict[tuple[UUID, UUID], list[Acknowledgement]] = defaultdict(list)
    for row in rows:
        if manager := managers.get((row.person_id, row.process_id)):
            teams[manager, row.version_id].append(row)
    for (manager, version), silent in teams.items():
        process = silent[0].process
        some = "somebody of your team has" if len(silent) == 1 else f"{len(silent)} of your team have"
        text = f"{process.title}: {some} not yet said that they saw what changed. It was due today."
        path = f"/process/{process.key}/heard/"
        yield Told(manager, NoteKind.REMINDER, f"silent {version}", text, path, version)


def _managers(rows: Sequence[Acknowledgement], at: datetime) -> dict[tuple[UUID, UUID], UUID]:
    """Return the line manager of each who has one that is here and may meet the page.  A query, and one a restricted page."""
    here = Person.objects.here(at.date())
    pairs = here.filter(reports__in=[row.person_id for row in rows]).values_list("reports", "id")
    managers = dict(pairs)
    processes = {row.process_id: row.process for row in rows}
    readers = {
        process: set(here.filter(readers_of(row), id__in=managers.values()).values_list("id", flat=True))
        for process, row in processes.items()
        if is_restricted(row)
    }
    return {
        (row.person_id, row.process_id): manager
        for row in rows
        if (manager := managers.get(row.person_id)) and manager in readers.get(row.process_id, {manager})
    }
