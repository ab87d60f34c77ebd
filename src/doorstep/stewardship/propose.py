"""Propose a change of a page: a sentence is enough, an edit is better."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases.models import Ask, Case
from doorstep.cases.refusals import NotAllowed, NotFound, NotPossible
from doorstep.library.models import Process, Version, VersionState
from doorstep.library.queries import effective
from doorstep.library.seen import may_meet, seen_by
from doorstep.people.clock import business_now
from doorstep.people.models import Person
from doorstep.stewardship.answerable import answerable, may_edit
from doorstep.stewardship.call_off import UNSETTLED
from doorstep.stewardship.models import Proposal, ProposalState, Revision
from doorstep.stewardship.told import happened, name_of, tell, wish_of

LONGEST = 2000
"""Letters a sentence may have: whoever has more to say edits the text."""


class StepGone(NotPossible):
    """The step is no longer on the page; the message offers the page itself."""


@transaction.atomic
def propose(
    *,
    process: UUID,
    step: str,
    sentence: str,
    by: UUID,
    text: str = "",
    at: datetime | None = None,
) -> Proposal:
    """Propose a change and return it.  Whoever may meet a page may propose.

    ``step`` is the identity of the step it is about, empty for the whole page.  A sentence alone goes to
    owner and expert at once.  With ``text``, or with neither, it is a draft to edit: the page as it is now
    with what was changed.  Raises NotFound for a page they may not meet, NotAllowed, StepGone, NotPossible.
    """
    now = at or business_now()
    _require_reader(process, by, now)
    row = Process.objects.get(id=process)
    base = _base(row, step)
    words = sentence.strip()
    if len(words) > LONGEST:
        raise NotPossible(f"Expected at most {LONGEST} letters, but got {len(words)}. Edit the page instead.")
    is_wish = bool(words) and not text
    proposal = Proposal.objects.create(
        process=row,
        base=base,
        step=step,
        sentence=words,
        text="" if is_wish else text or base.text,
        identities={} if is_wish else base.identities,
        by_id=by,
        at=now,
        changed_at=now,
        state=ProposalState.OPEN if is_wish else ProposalState.DRAFT,
    )
    happened(proposal, "Proposed." if is_wish else "Begun as an edit.", by=by, at=now)
    if not is_wish:
        _first_revision(proposal, by, now)
    proposal.save()
    if is_wish:
        _tell_those_who_decide(proposal, now)
    return proposal


def may_propose(ask: Ask, person: UUID) -> bool:
    """Say whether whoever is asked may propose a change of the page: it is published, and theirs to meet."""
    process = Case.objects.values_list("process_id", flat=True).get(id=ask.case_id)
    known = Person.objects.filter(id=person, outside=False)
    return (
        known.exists()
        and Version.objects.filter(
            seen_by(person, process="process"), process=process, state=VersionState.EFFECTIVE
        ).exists()
    )


@transaction.atomic
def start_edit(*, proposal: UUID, by: UUID, at: datetime | None = None) -> Proposal:
    """Turn a sentence into an edit: the page as it is now becomes its text.  Has it one, nothing changes.

    Raises NotAllowed, NotPossible for a proposal that is settled.
    """
    now = at or business_now()
    row = Proposal.objects.select_for_update().get(id=proposal)
    if not may_edit(row, by):
        raise NotAllowed("Only the proposer, and the owner and the expert of the page, may edit this proposal.")
    if row.state not in UNSETTLED:
        raise NotPossible(f"This proposal was {row.state}. Propose the change anew to edit it.")
    if row.text or row.process is None:
        return row
    base = _in_force(row.process)
    row.base, row.text, row.identities = base, base.text, base.identities
    happened(row, "Taken up as an edit.", by=by, at=now)
    _first_revision(row, by, now)
    row.save()
    return row


def _require_reader(process: UUID, by: UUID, now: datetime) -> None:
    if not may_meet(process, by):
        raise NotFound("There is no such page, or it is not for you.")
    if not Person.objects.here(now.date()).filter(id=by, outside=False).exists():
        raise NotAllowed("Only people of the organisation propose changes. Tell one of them what should change.")


def _base(process: Process, step: str) -> Version:
    """Return the version a proposal is made from: the one in force.  Raises StepGone, NotPossible."""
    base = _in_force(process)
    if step and step not in base.identities.values():
        raise StepGone(
            f"“{step}” is no longer a step of “{process.title}”: it was taken off the page. "
            "Propose it for the whole page instead."
        )
    return base


def _in_force(process: Process) -> Version:
    base = effective(process.key, by=None)
    if base is None:
        obsolete = process.versions.filter(state=VersionState.OBSOLETE).exists()
        why = "it was made obsolete" if obsolete else "none of its versions is in force yet"
        raise NotPossible(f"“{process.title}” cannot be amended: {why}. Publish a new page instead.")
    return base


def _first_revision(proposal: Proposal, by: UUID, now: datetime) -> None:
    proposal.revision = 1
    Revision.objects.create(proposal=proposal, number=1, text=proposal.text, by_id=by, at=now)


def _tell_those_who_decide(proposal: Proposal, now: datetime) -> None:
    assert proposal.process is not None, "a wish is about a page"
    persons = [one.person.id for one in answerable(proposal.process, at=now) if one.person.id != proposal.by_id]
    about = f"“{proposal.step}” in “{proposal.process.title}”" if proposal.step else f"“{proposal.process.title}”"
    tell(proposal, persons, f"{name_of(proposal.by_id)} proposes for {about}: {wish_of(proposal)}", at=now)
