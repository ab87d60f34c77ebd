"""What became of approvals: a run that ended without publishing gives its proposal back, or ends it.

The proposer hears it, whatever the path: approved, declined, withdrawn, the page made obsolete, the step taken off
it, or another version in force before the date this one waited for.  Where the proposer has left, those who answer
for the page hear it, and what waited for them is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from doorstep.cases.advance import advance
from doorstep.cases.event_json import instance_of
from doorstep.cases.models import Ask, Case
from doorstep.cases.rejections import rejections
from doorstep.kernel.events import AskReassigned
from doorstep.library.models import Version, VersionState
from doorstep.people.models import Person
from doorstep.people.prepared import Prepared
from doorstep.stewardship.answerable import approvers_of
from doorstep.stewardship.call_off import UNSETTLED, call_off, let_go
from doorstep.stewardship.models import Proposal, ProposalState
from doorstep.stewardship.told import authors_of, happened, hearers_of, name_of, page_of, sender_of, settle, tell

AT_ONCE = 100


def follow_approvals(at: datetime) -> int:
    """Take in the runs that ended, the approvers who left, the pages made obsolete, the versions overtaken."""
    found = (
        _each(_ENDED(), _take_in, at) + _each(_OF_OBSOLETE(), _obsolete, at) + _each(_without_step(), _step_gone, at)
    )
    left = _each(_OF_THOSE_WHO_LEFT(day=at.date()), _hand_on, at)
    return found + left + _replace_those_who_left(at)


def _each(ids: Sequence[tuple[UUID]], do: Callable[[Proposal, datetime], None], at: datetime) -> int:
    for (proposal,) in ids:
        with transaction.atomic():
            do(_locked(proposal), at)
    return len(ids)


def _locked(proposal: UUID) -> Proposal:
    rows = Proposal.objects.select_for_update()
    return rows.get(id=proposal)


# -- Runs that ended -----------------------------------------------------------------------------------


def _ended() -> QuerySet[Proposal, Any]:
    """Select what is being approved in runs that have ended.  Index: proposal_open."""
    ended = Case.objects.filter(id=OuterRef("case"), status__in=("done", "failed", "cancelled"))
    rows = Proposal.objects.filter(Exists(ended), state=ProposalState.IN_APPROVAL)
    return rows.values_list("id")[:AT_ONCE]


_ENDED = Prepared(_ended)


def _take_in(row: Proposal, at: datetime) -> None:
    """Decline what was rejected; give back what changes are wanted in, was called off or did not get through."""
    if row.state != ProposalState.IN_APPROVAL or row.case is None:
        return
    said = next(iter(reversed(rejections(row.case))), None)
    words = f" {said.words}" if said and said.words else ""
    if said and said.outcome == "rejected":
        let_go(row)
        told = f"{name_of(said.by)} rejected your change of {page_of(row)}.{words}"
        settle(row, ProposalState.DECLINED, f"Rejected by {name_of(said.by)}.{words}", by=said.by, at=at, told=told)
    elif said:
        _give_back(row, f"{name_of(said.by)} wants changes.{words}", by=said.by, at=at)
    else:
        status = Case.objects.values_list("status", flat=True).get(id=row.case)
        why = "The approval was called off." if status == "cancelled" else "The approval ended without publishing it."
        _give_back(row, why, by=None, at=at)


def _give_back(row: Proposal, why: str, *, by: UUID | None, at: datetime) -> None:
    """Put a proposal back before its writers, with the words; they change it and send it again, or withdraw it."""
    let_go(row)
    row.state = ProposalState.OPEN
    row.outcome = why
    happened(row, why, by=by, at=at)
    row.save()
    hearers = [one for one in (*hearers_of(row, at=at), sender_of(row)) if one]
    tell(row, hearers, f"Your change of {page_of(row)}: {why} Amend it and send it again, or withdraw it.", at=at)


# -- Pages made obsolete -------------------------------------------------------------------------------


def _of_obsolete() -> QuerySet[Proposal, Any]:
    """Select what is open on pages of which nothing is in force any more, because they were made obsolete."""
    versions = Version.objects.filter(process=OuterRef("process"))
    alive = versions.filter(state__in=(VersionState.EFFECTIVE, VersionState.APPROVED))
    waiting = Proposal.objects.filter(state__in=UNSETTLED)
    rows = waiting.filter(Exists(versions.filter(state=VersionState.OBSOLETE)), ~Exists(alive))
    return rows.values_list("id")[:AT_ONCE]


_OF_OBSOLETE = Prepared(_of_obsolete)


def _obsolete(row: Proposal, at: datetime) -> None:
    why = f"{page_of(row)} was made obsolete, so nothing in it changes any more."
    call_off(row, by=None, reason=why, at=at)
    settle(row, ProposalState.DECLINED, why, by=None, at=at, told=f"{why} Thank you for your proposal.")


# -- Steps taken off the page ----------------------------------------------------------------------------

_GONE = """
SELECT p.id FROM stewardship_proposal p
JOIN library_version v ON v.process_id = p.process_id AND v.state = 'effective'
WHERE p.state = 'open' AND p.text = '' AND p.step <> '' AND p.base_id IS DISTINCT FROM v.id
  AND NOT EXISTS (SELECT 1 FROM jsonb_each_text(v.identities) AS step WHERE step.value = p.step)
LIMIT %s
"""  # index: proposal_open, one_effective_version


def _without_step() -> list[tuple[UUID]]:
    """Return the wishes about a step that the version in force no longer has.  One query."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE, [AT_ONCE])
        return [(row[0],) for row in cursor.fetchall()]


def _step_gone(row: Proposal, at: datetime) -> None:
    why = f"“{row.step}” was taken off {page_of(row)}, so nothing in it changes any more."
    told = f"{why} Propose it for the whole page if it still matters. Thank you for your proposal."
    settle(row, ProposalState.DECLINED, why, by=None, at=at, told=told)


# -- Proposers who left ----------------------------------------------------------------------------------


def _of_those_who_left(day: date) -> QuerySet[Proposal, Any]:
    """Select what waits for a proposer who is no longer here: begun and never sent, or sent back to them."""
    gone = Person.objects.filter(left_on__lte=day).values("id")
    waits = Q(state=ProposalState.DRAFT) | Q(state=ProposalState.OPEN, outcome__gt="", heard_at=None)
    return Proposal.objects.filter(waits, by__in=gone, process__isnull=False).values_list("id")[:AT_ONCE]


_OF_THOSE_WHO_LEFT = Prepared(_of_those_who_left)


def _hand_on(row: Proposal, at: datetime) -> None:
    """Let those who answer for the page take over what somebody left behind; a draft that says nothing is withdrawn."""
    name = name_of(row.by_id)
    if row.state == ProposalState.DRAFT and row.base is not None and row.text == row.base.text:
        settle(row, ProposalState.WITHDRAWN, f"{name} has left.", by=row.by_id, at=at)
        return
    row.state, row.heard_at = ProposalState.OPEN, at
    happened(row, f"{name} has left. It is for those who answer for the page now.", by=None, at=at)
    row.save()
    text = f"{name} has left, and a change of {page_of(row)} with them. Send it for approval, or decline it."
    tell(row, hearers_of(row, at=at), text, at=at)


# -- Approvers who left --------------------------------------------------------------------------------


def _replace_those_who_left(at: datetime) -> int:
    """Ask somebody else where an approver has left in the middle."""
    left = [ask for (ask,) in _ASKED_WHO_LEFT(day=at.date())]
    return sum(_replace(ask, at) for ask in Ask.objects.filter(id__in=left)) if left else 0


def _asked_who_left(day: date) -> QuerySet[Ask, Any]:
    """Select what approvers are asked who have left.  Indexes: proposal_open, ask_open."""
    cases = Proposal.objects.filter(state=ProposalState.IN_APPROVAL).values("case")
    left = Person.objects.filter(id=OuterRef("person"), left_on__lte=day)
    return Ask.objects.filter(Exists(left), case_id__in=Subquery(cases), state="open").values_list("id")[:AT_ONCE]


_ASKED_WHO_LEFT = Prepared(_asked_who_left)


@transaction.atomic
def _replace(ask: Ask, at: datetime) -> int:
    """Ask whoever answers for the page now, if they are not asked already; return how many were."""
    row = _locked(Proposal.objects.values_list("id", flat=True).get(case=ask.case_id))
    if row.process is None:
        return 0
    persons = Ask.objects.filter(case_id=ask.case_id).values_list("person", flat=True)
    asked = {one for one in persons if one}
    others = approvers_of(row.process, proposer=row.by_id, authors={*authors_of(row), *asked}, at=at)
    new = next((one for one in others.persons if one.id not in asked), None)
    if new is None:
        return 0
    reason = f"{name_of(ask.person)} has left."
    place = {"step": ask.step, "instance": instance_of(ask.instance)}
    advance(case_id=ask.case_id, event=AskReassigned(at=at, to=new.email, reason=reason, **place))  # type: ignore[arg-type]
    happened(row, f"{reason} {new.name} is asked instead.", by=None, at=at)
    row.save(update_fields=["history", "changed_at"])
    return 1
