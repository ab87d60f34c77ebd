"""What whoever started a case wants to hear of it: everything, or only if it breaks."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases.advance import CLOSED, Handoff
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.loaded import load_case
from doorstep.cases.models import Case
from doorstep.cases.refusals import NotAllowed, NotPossible


def hear(*, case_id: UUID, only_if_it_breaks: bool, by: UUID, at: datetime | None = None) -> None:
    """Silence good news to the starter, or let it be heard again; only they say so.

    What breaks is heard all the same: a rejection, a stuck step, a question, and that it will not make it.
    """
    with transaction.atomic():
        case = load_case(case_id)
        if by != case.starter:
            raise NotAllowed("Only whoever started this says what they want to hear of it.")
        if case.status in CLOSED:
            raise NotPossible("This is closed, so there is nothing more to hear of it.")
        now = at or business_now()
        handoff = Handoff(case, at=now, real=real_now())
        handoff.note("Quieted" if only_if_it_breaks else "HeardAgain", {}, by=by)
        handoff.write()
        Case.objects.filter(id=case_id).update(quiet_since=now if only_if_it_breaks else None)
