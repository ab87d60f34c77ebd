"""Ask whoever stands in now, beside the addressee: the first valid answer wins."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases.advance import Handoff
from doorstep.cases.chase_case import make
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.gathered import gather
from doorstep.cases.loaded import load_case
from doorstep.cases.models import Case
from doorstep.cases.refusals import NotPossible
from doorstep.cases.rights import require_reassign
from doorstep.cases.runs import run_of
from doorstep.chase.moves import Move
from doorstep.chase.run import Waiting


def ask_stand_in(*, case_id: UUID, step: str, by: UUID, at: datetime | None = None) -> str:
    """Make the chase's next move early: put an open ask before who can stand in; return their name.

    ``step`` is the step's public name, as `chase.run.Waiting` has it.  Starter, owner or expert.  Raises
    NotAllowed; NotPossible when nobody stands in, or they were asked already.
    """
    now = at or business_now()
    with transaction.atomic():
        case = load_case(case_id)
        require_reassign(case, by=by, within=True)
        found = gather([Case.objects.get(id=case_id)], at=now)
        asked = _asked(run_of(found, case_id).waiting, step)
        handoff = Handoff(case, at=now, real=real_now())
        make(handoff, found, Move(step, "stand-in", 1, now, asked))
        handoff.write()
    return asked


def _asked(waiting: tuple[Waiting, ...], step: str) -> str:
    """Return who stands in for a step's addressee.  Raises NotPossible."""
    ask = next((one for one in waiting if one.step == step and one.addressee), None)
    if ask is None or ask.stand_in is None:
        raise NotPossible(
            "Nobody stands in there any more: it was answered, or nobody is on record. Look at it afresh."
        )
    if ("stand-in", 1) in ask.made:
        raise NotPossible(f"{ask.stand_in} is asked already; the first answer counts.")
    return ask.stand_in
