"""Answer many asks of different cases in one transaction: what webhooks, imports and sweeps bring at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases import wake
from doorstep.cases.advance import result_of
from doorstep.cases.answer_ask import Given, answer, prepared
from doorstep.cases.clock import business_now
from doorstep.cases.loaded import Loaded, load_asks
from doorstep.cases.refusals import Refused
from doorstep.cases.result import Result
from doorstep.cases.writes import Writes


def answer_many(*, given: Sequence[Given], at: datetime | None = None) -> dict[UUID, Result | Refused]:
    """Record answers; return by ask what came of each, or why it was refused.

    Cases are locked in the order of their ids, and what is accepted is written by one statement and
    committed together.  Of several answers to one case the first is taken so, the others one by one after; so is
    one that was refused, for it may have been recorded while its case was waited for.
    """
    now = at or business_now()
    wanted = {one.ask_id: one for one in given}
    found: dict[UUID, Result | Refused] = {}
    with transaction.atomic():
        writes, seen = Writes(), set()
        for case in load_asks([(one.ask_id, one.key) for one in given]):
            if case.id not in seen:
                seen.add(case.id)
                one = wanted[case.ask["ask_id"]]
                if taken := _taken(case, one, now, writes):
                    found[one.ask_id] = taken
        writes.write(last=True)
        wake.after_commit()
    return found | {ask_id: _alone(one, now) for ask_id, one in wanted.items() if ask_id not in found}


def _taken(case: Loaded, one: Given, at: datetime, writes: Writes) -> Result | None:
    """Let one answer happen and add its rows to those of the batch; None when it is refused."""
    if case.handled is not None:
        return Result.from_json(case.handled)
    try:
        handoff = prepared(case, one, at=at)
    except Refused:
        return None
    handoff.finish(key=one.key)
    writes.extend(handoff.writes)
    return result_of(handoff)


def _alone(one: Given, at: datetime) -> Result | Refused:
    try:
        return answer(one, at=at)
    except Refused as refused:
        return refused
