"""Who has heard of a version and who has not: by person, by team; for those who may know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from doorstep.library.models import Process, Version, VersionState
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person
from doorstep.people.rights import is_administrator, is_auditor
from doorstep.stewardship.answerable import leads
from doorstep.stewardship.models import Acknowledgement, AcknowledgementState, Note

# Walks down by the index of people_person.manager_id; a chain that bites its tail ends by itself.
_BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT id FROM people_person WHERE manager_id = %(manager)s
    UNION SELECT person.id FROM below JOIN people_person person ON person.manager_id = below.id
)
SELECT id FROM below WHERE id <> %(manager)s
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """One person: have they said that they saw it, how and when; ``team`` is their manager's name."""

    person: UUID
    name: str
    team: str
    done_at: datetime | None
    how: str
    due_at: datetime
    late: bool
    opened: bool
    reminded: int
    unreachable: bool = False  # the mail to them came back


@dataclass(frozen=True, slots=True)
class Counted:
    """How many are asked, how many have answered, how many are late; of everybody, or of one manager's team."""

    asked: int
    done: int
    late: int
    team: UUID | None = None
    name: str = ""

    @property
    def silent(self) -> int:
        """How many have not answered."""
        return self.asked - self.done


@dataclass(frozen=True, slots=True)
class Report:
    """What one reader may know of a version: everything, or of their own team alone."""

    version: Version
    team: frozenset[UUID] | None

    @property
    def rows(self) -> QuerySet[Acknowledgement]:
        """The acknowledgements of the version that the reader may know of.  Index: acknowledgement_once."""
        asked = Acknowledgement.objects.filter(version=self.version).exclude(state=AcknowledgementState.DROPPED)
        return asked if self.team is None else asked.filter(person__in=self.team)


def report_of(process: Process, *, by: UUID) -> Report | None:
    """Return what somebody may know of who has heard of the version in effect; None while there is none.

    Owner, expert, auditors and administrators know of everybody, managers of those below them.  Raises NotAllowed.
    """
    version = Version.objects.filter(process=process, state=VersionState.EFFECTIVE).defer("text", "faults").first()
    team = None if _of_everybody(process, by) else _below(by)
    if team is not None and not team:
        raise NotAllowed(
            f"Only the owner and the expert of “{process.title}”, managers for their teams, auditors and "
            "administrators see who has heard of it. Ask one of them."
        )
    return Report(version, team) if version else None


def may_hear(process: Process, by: UUID) -> bool:
    """Say whether somebody may know of anybody whether they have heard."""
    return _of_everybody(process, by) or Person.objects.filter(manager=by).exists()


def _of_everybody(process: Process, by: UUID) -> bool:
    return leads(process, by) or is_administrator(by) or is_auditor(by)


def _below(manager: UUID) -> frozenset[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, {"manager": manager})
        return frozenset(row[0] for row in cursor.fetchall())


def counted(report: Report, *, at: datetime) -> Counted:
    """Return how many have heard.  One query."""
    found = report.rows.aggregate(**_counts(at))
    return Counted(found["asked"], found["done"], found["late"])


def teams(report: Report, *, at: datetime, limit: int = 50) -> list[Counted]:
    """Return how many have heard by team, those with most silence first.  Two queries: names are read of those shown."""
    by_team = report.rows.values("person__manager").annotate(**_counts(at))
    found = by_team.annotate(silent=F("asked") - F("done")).order_by("-silent", "person__manager")[:limit]
    rows = list(cast("Iterable[Mapping[str, Any]]", found))
    managers = Person.objects.filter(id__in=[row["person__manager"] for row in rows if row["person__manager"]])
    names = dict(managers.values_list("id", "name"))
    counts = [
        Counted(row["asked"], row["done"], row["late"], row["person__manager"], names.get(row["person__manager"], ""))
        for row in rows
    ]
    return sorted(counts, key=lambda one: (-one.silent, one.name))


def _counts(at: datetime) -> dict[str, Count]:
    silent = Q(state=AcknowledgementState.ASKED)
    return {
        "asked": Count("id"),
        "done": Count("id", filter=Q(state=AcknowledgementState.DONE)),
        "late": Count("id", filter=silent & Q(due_at__lt=at)),
    }


def people(
    report: Report, *, at: datetime, silent: bool = True, team: UUID | None = None, window: slice = slice(None)
) -> list[Heard]:
    """Return some of the people, by name: those who are silent, or everybody; of one team where one is named.  Three queries."""
    rows = report.rows.filter(state=AcknowledgementState.ASKED) if silent else report.rows
    rows = rows.filter(person__manager=team) if team else rows
    page = rows.order_by("person__name", "person_id").values_list("id", flat=True)[window]
    shown = Acknowledgement.objects.filter(id__in=list(page)).select_related("person__manager")
    some = list(shown.order_by("person__name", "person_id"))
    unsent = Note.objects.filter(person__in=[row.person_id for row in some], about=report.version.id).exclude(error="")
    back = set(unsent.values_list("person", flat=True))
    return [_heard(row, at=at, back=back) for row in some]


def all_people(report: Report, *, at: datetime, part: int = 2_000) -> Iterator[Heard]:
    """Yield everybody, for a file, a part at a time."""
    for start in range(0, 10_000_000, part):
        some = people(report, at=at, silent=False, window=slice(start, start + part))
        yield from some
        if len(some) < part:
            return


def _heard(row: Acknowledgement, *, at: datetime, back: set[UUID]) -> Heard:
    return Heard(
        person=row.person_id,
        name=row.person.name,
        team=row.person.manager.name if row.person.manager else "",
        done_at=row.done_at if row.state == AcknowledgementState.DONE else None,
        how=row.how,
        due_at=row.due_at,
        late=row.state == AcknowledgementState.ASKED and row.due_at < at,
        opened=row.opened_at is not None,
        reminded=row.reminded,
        unreachable=row.person_id in back,
    )
