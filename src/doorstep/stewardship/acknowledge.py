"""Acknowledging the difference: "I saw what changed for me"; and that it was opened, which comes before."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases.refusals import NotPossible
from doorstep.library.seen import may_meet
from doorstep.people.clock import business_now
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person
from doorstep.stewardship.concerned import as_whom
from doorstep.stewardship.models import Acknowledgement, AcknowledgementState, Note


def opened(*, version_id: UUID, by: UUID, at: datetime | None = None) -> Acknowledgement | None:
    """Note that somebody has the difference before them; call it in a signed-in view.  None where they are not asked."""
    rows = Acknowledgement.objects.filter(version=version_id, person=by)
    rows.filter(state=AcknowledgementState.ASKED, opened_at=None).update(opened_at=at or business_now())
    return rows.first()


@transaction.atomic
def acknowledge(
    *, version_id: UUID, by: UUID, how: str = "web", proof: str = "login", at: datetime | None = None
) -> Acknowledgement:
    """Acknowledge what a version changed for somebody.  A second time is answered with the first.

    Raises NotAllowed for somebody who is not asked, or may no longer see the page, and NotPossible for what was
    not opened or was overtaken by a newer version.
    """
    now = at or business_now()
    row = Acknowledgement.objects.select_for_update(of=("self",)).filter(version=version_id, person=by)
    found = row.select_related("process", "version").first()
    _require_asked(found, by, now)
    assert found is not None, "required above"
    if found.state == AcknowledgementState.DONE:
        return found
    if found.state == AcknowledgementState.DROPPED:
        raise NotPossible(
            f"Version {found.version.number} of “{found.process.title}” no longer asks you: a newer one is in effect, "
            "or it no longer concerns you. Look at what it says now."
        )
    if found.opened_at is None:
        raise NotPossible(
            f"Expected that you had opened what changed in “{found.process.title}”, but you have not. Open it first."
        )
    if found.done_at:
        found.earlier = [*found.earlier, {"at": found.done_at.isoformat(), "how": found.how, "proof": found.proof}]
    found.state, found.done_at, found.how, found.proof = AcknowledgementState.DONE, now, how, proof
    found.roles = sorted(as_whom([by])[by].roles)
    found.next_at = None
    found.save(update_fields=["state", "done_at", "how", "proof", "next_at", "roles", "earlier"])
    Note.objects.filter(about=version_id, person=by, sent_at=None, delivery=None).delete()
    return found


def _require_asked(found: Acknowledgement | None, by: UUID, at: datetime) -> None:
    """Raise NotAllowed unless somebody is here, asked, and may see the page."""
    here = Person.objects.here(at.date()).filter(id=by, outside=False).exists()
    if found is None or not here or not may_meet(found.process_id, by):
        raise NotAllowed(
            "You are not asked to acknowledge this, so it is not counted. Whoever is asked finds it on Home."
        )
