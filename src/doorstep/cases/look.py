"""Look: read linked records afresh and tell the case what they say.

The first look of a step may take 30 seconds of real time; then the step asks and says it could not look.
Who moved a record to its end counts: the addressee's own move is their answer, anybody else's is observed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction

from doorstep.cases import outbox, remarks
from doorstep.cases.act import NotDone, at_work, connector_of
from doorstep.cases.advance import Handoff
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.covered_records import as_covered
from doorstep.cases.deliver import opened_case
from doorstep.cases.event_json import instance_of
from doorstep.cases.gathered import Opened
from doorstep.cases.loaded import load_case
from doorstep.cases.models import Action, Case, Watch
from doorstep.cases.moved import Moved, settle
from doorstep.cases.records import Record, record_at, value_of
from doorstep.kernel.errors import EventNotExpected
from doorstep.kernel.events import RecordObserved
from doorstep.plugin_api import ConnectionPaused, ReadFailed, RecordRead
from doorstep.reading.facts import NotOfKind

LONGEST = timedelta(seconds=30)
"""How long a step waits for its first look."""

AGAIN = timedelta(seconds=3)
"""The wait between two attempts of a first look."""

ATTEMPTS = 10


def look(action: Action) -> None:
    """Carry out one claimed look."""
    case = opened_case(Case.objects.get(id=action.case_id))
    if case.state is None or case.row.status not in ("open", "suspended"):
        _end(action, {}, failed=None, kept=False)
        return
    try:
        read = {fact: _read(record, fact) for fact, record in _wanted(case, action).items()}
        facts = {fact: _typed(case, fact, one) for fact, one in read.items() if not fact.startswith("=")}
    except (NotDone, NotOfKind) as error:
        _failed(action, str(error), permanent=True)
    except ReadFailed as error:
        _failed(action, str(error), permanent=error.permanent, after=error.retry_after)
    except ConnectionPaused as error:
        _failed(action, str(error), permanent=False)
    else:
        for system, one in _put_on(case, action, read):
            remarks.take(action, system, one)
        moved = _moved(case, action, read)
        answered = moved is not None and settle(action, moved, facts)
        _end(action, facts, failed=None, kept=bool(facts) and not answered)


def _wanted(case: Opened, action: Action) -> dict[str, Record | None]:
    """Return the records to read: of facts, and (``=key``) those the ask was put into, unless it was withdrawn meanwhile."""
    assert case.state is not None, "only a case with a state is looked for"
    place = {"case_id": action.case_id, "step": action.step, "instance": action.instance}
    put = {row.fact: Record(row.system, "", row.record) for row in Watch.objects.filter(fact__startswith="=", **place)}
    named = [fact for fact in action.records.split(",") if fact and (fact in put or not fact.startswith("="))]
    facts = case.state.facts
    return {fact: put[fact] if fact in put else record_at(case.page.page, facts, fact) for fact in named}


def _read(record: Record | None, fact: str) -> RecordRead:
    """Read one record.  Raises NotDone, ReadFailed, ConnectionPaused."""
    if record is None:
        raise NotDone(f"It is not known which record {fact} is.")
    row, connector = connector_of(record.system)
    with at_work(row) as opened:
        return connector.read(opened, record.type, record.key)


def _typed(case: Opened, fact: str, read: RecordRead) -> object:
    """Return a record as a fact holds it, its fields by their kinds."""
    return as_covered(case.page, fact, case.page.kinds.value(fact, value_of(read)))


def _put_on(case: Opened, action: Action, read: dict[str, RecordRead]) -> Iterator[tuple[str, RecordRead]]:
    """Yield the records that the ask was put on, with their systems."""
    step = case.step(action.step)
    where = step.card.where if step and step.card else None
    named = where.record.strip("{} ") if where and where.record else ""
    wanted = _wanted(case, action)
    for fact, one in read.items():
        record = wanted.get(fact)
        if record is not None and (fact.startswith("=") or fact == named):
            yield record.system, one


def _moved(case: Opened, action: Action, read: dict[str, RecordRead]) -> Moved | None:
    """Return the record that the ask was put on, if it has come to an end."""
    step = case.step(action.step)
    where = step.card.where if step and step.card else None
    named = where.record.strip("{} ") if where and where.record else ""
    for fact, one in read.items():
        if one.outcome and (fact.startswith("=") or fact == named):
            return Moved(where.channel if where else one.key, one)
    return None


def _failed(action: Action, why: str, *, permanent: bool, after: timedelta | None = None) -> None:
    """Try again while there is time; then the step asks and says it could not look."""
    waited = real_now() - action.asked_at
    if action.first and (permanent or waited + AGAIN >= LONGEST):
        _end(action, {}, failed=why)
    elif action.first:
        outbox.put_off_action(action, why=why, after=min(after or AGAIN, LONGEST - waited))
    elif permanent or action.attempts >= ATTEMPTS:
        _end(action, {}, failed=None, kept=False)
    else:
        outbox.put_off_action(action, why=why, after=after)


def _end(action: Action, facts: dict[str, object], *, failed: str | None, kept: bool = True) -> None:
    """Record that it was looked, and tell the case what was seen."""
    with transaction.atomic():
        handoff = Handoff(load_case(action.case_id), at=business_now(), real=real_now())
        state = "done" if failed is None else "failed"
        row = {"id": action.id, "state": state, "error": failed or "", "ended_at": handoff.at, "sealed": b""}
        handoff.writes.add("acted", row)
        if not kept:
            handoff.writes.write()
            return
        place = {"step": action.step, "instance": instance_of(action.instance)}
        try:
            handoff.take(RecordObserved(at=handoff.at, facts=facts, failed=failed, **place))  # type: ignore[arg-type]
        except EventNotExpected:  # nobody waits for it any more
            handoff.writes.write()
            return
        handoff.write()
