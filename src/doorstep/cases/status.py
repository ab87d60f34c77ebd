"""What a case says of itself: will it make it, what does it wait for, what is the cheapest rescue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from doorstep.cases.clock import business_now
from doorstep.cases.gathered import gather
from doorstep.cases.models import Case
from doorstep.cases.rights import remember_authorities
from doorstep.cases.runs import run_of
from doorstep.chase.plan import Plan, plan
from doorstep.chase.run import Run
from doorstep.chase.words import Words, words
from doorstep.people.models import Person


@dataclass(frozen=True, slots=True)
class Status:
    """A case's run, its plan and its words, for one reader."""

    run: Run
    plan: Plan
    words: Words


def status_of(case: Case, *, at: datetime | None = None, reader: UUID | None = None) -> Status:
    """Return what one case says of itself to a reader, in their zone."""
    return statuses([case], at=at, reader=reader)[case.id]


def statuses(cases: Sequence[Case], *, at: datetime | None = None, reader: UUID | None = None) -> dict[UUID, Status]:
    """Return what cases say of themselves; the queries do not grow with their number."""
    now = at or business_now()
    found = gather(cases, at=now)
    remember_authorities({case.process_id for case in cases}, at=now)
    who = (found.persons.get(reader) or Person.objects.filter(id=reader).first()) if reader else None
    said = {}
    for case in cases:
        run = run_of(found, case.id)
        planned = plan(run, now=now)
        zone = ZoneInfo(who.zone if who and who.zone else case.zone)
        said[case.id] = Status(run, planned, words(run, planned, now=now, zone=zone, reader=who.name if who else ""))
    return said
