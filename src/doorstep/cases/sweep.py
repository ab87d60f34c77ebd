"""Sweep: what is due in business time fires, in batches; with nothing due it is one look at an index."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases.advance import Handoff
from doorstep.cases.chase_case import chase_case
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.event_json import instance_of
from doorstep.cases.loaded import load_case
from doorstep.cases.models import Timer
from doorstep.cases.statements import named, run
from doorstep.kernel.errors import EventNotExpected
from doorstep.kernel.events import TimerFired

BATCH = 200


def sweep(*, at: datetime | None = None, limit: int = BATCH) -> int:
    """Fire what is due, oldest first; return how many.  Call again while it returns as many as ``limit``."""
    now = at or business_now()
    due = run(named("due_timers"), {"at": now, "limit": limit})
    chased: set[UUID] = set()
    for timer_id, case_id, purpose in due:
        if purpose != "chase":
            fire(timer_id, at=now)
        elif case_id not in chased:
            chased.add(case_id)
            chase_case(case_id, at=now)
    return len(due)


def fire(timer_id: UUID, *, at: datetime) -> None:
    """Let one due time come to its case; one that no longer fits is only marked."""
    with transaction.atomic():
        row = Timer.objects.get(id=timer_id)
        case = load_case(row.case_id)
        marked = Timer.objects.filter(id=timer_id, state="open").update(state="fired")
        if not marked:
            return
        handoff = Handoff(case, at=at, real=real_now())
        place = {"step": row.step, "instance": instance_of(row.instance), "round": row.round}
        try:
            handoff.take(TimerFired(at=handoff.at, purpose=row.purpose, **place))  # type: ignore[arg-type]
        except EventNotExpected:
            return
        handoff.write()


def next_due() -> datetime | None:
    """Return when the next thing is due, for “to the next thing due”."""
    found = run(named("next_due"))
    return found[0][0] if found else None
