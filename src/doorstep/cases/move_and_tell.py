"""Move when a case is needed, and tell the client: exactly the words that were shown and confirmed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases import telling
from doorstep.cases.advance import Handoff
from doorstep.cases.channels import MAIL, Target, target_of
from doorstep.cases.clients import clients_of
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.deliver import opened_case
from doorstep.cases.loaded import load_case
from doorstep.cases.models import Case
from doorstep.cases.move_needed_by import moved
from doorstep.cases.refusals import NotPossible
from doorstep.kernel.commands import Tell
from doorstep.people.outside import outsiders
from doorstep.people.reference import ref

LONGEST = 5_000


def move_and_tell(
    *, case_id: UUID, needed_by: datetime, to: str, text: str, by: UUID, at: datetime | None = None
) -> None:
    """Move a case and mail these words to a client of it (`clients.clients_of`).  Starter, owner or expert.

    Raises NotAllowed; NotPossible for somebody who is no client, for no words, and when it is needed by then
    already, so that a second press sends nothing.
    """
    now = at or business_now()
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise NotPossible(
            f"Expected what to tell them, in at most {LONGEST} letters. Write it, or move it without a word."
        )
    with transaction.atomic():
        handoff = Handoff(load_case(case_id), at=now, real=real_now())
        if handoff.case.needed_by == needed_by:
            raise NotPossible("It is needed by then already, so there is nothing to move and nobody to tell.")
        moved(handoff, needed_by, by=by)
        target = _client(Case.objects.get(id=case_id), to)
        handoff.note("ClientTold", {"to": to, "text": words}, by=by)
        telling.queue(handoff, Tell(step="", purpose="moved"), target, brief={"about": "moved", "quotation": words})
        handoff.write()


def _client(row: Case, to: str) -> Target:
    """Return where a client is reached.  Raises NotPossible for somebody who is none."""
    address = to.strip().lower()
    if address not in clients_of(opened_case(row)):
        raise NotPossible(f"Expected whom this is for outside, but got “{to}”. Choose one whom the page tells of it.")
    target = target_of(ref(outsiders([address])[0]), MAIL)
    if target.channel != MAIL:
        raise NotPossible("Nobody outside can be told, because no mail is connected. Move it, and tell them yourself.")
    return target
