"""What happens to a proposal is written down and heard: by its proposer always, by those who decide when they must."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doorstep.cases.models import Ask, Case
from doorstep.people.models import Person
from doorstep.stewardship.answerable import answerable
from doorstep.stewardship.models import NoteKind, Proposal, ProposalState, Revision
from doorstep.stewardship.note import Told, note


def path_of(proposal: Proposal) -> str:
    """Return the screen of a proposal."""
    return f"/proposal/{proposal.id}/"


def page_of(proposal: Proposal) -> str:
    """Return what a proposal is about, in words."""
    return f"“{proposal.process.title}”" if proposal.process else "a new page"


def wish_of(proposal: Proposal) -> str:
    """Return a proposal's wish in a line."""
    return in_a_line(proposal.sentence)


def in_a_line(sentence: str) -> str:
    """Return what somebody wrote in a line, cut where it is long."""
    line = " ".join(sentence.split())
    return line if len(line) <= 80 else line[:79].rpartition(" ")[0].rstrip(" ,;:.") + " …"


def happened(proposal: Proposal, what: str, *, by: UUID | None, at: datetime) -> None:
    """Write down what happened; whoever calls saves the row."""
    entry = {"at": at.isoformat(), "by": str(by) if by else "", "what": what}
    proposal.history = [*proposal.history, entry]
    proposal.changed_at = at


def settle(
    proposal: Proposal, state: ProposalState, outcome: str, *, by: UUID | None, at: datetime, told: str = ""
) -> None:
    """End a proposal and let its proposer hear it, in the words of ``told`` where they are spoken to."""
    proposal.state = state
    proposal.outcome = outcome
    proposal.settled_by_id = by
    proposal.settled_at = at
    own = by is not None and proposal.by_id == by
    proposal.heard_at = at if own or has_nobody(proposal, at=at) else None
    happened(proposal, outcome, by=by, at=at)
    proposal.save()
    if not own:
        tell_proposer(proposal, told or outcome, at=at)


def tell_proposer(proposal: Proposal, text: str, *, at: datetime) -> None:
    """Let the proposer hear something; once for each thing that happened."""
    tell(proposal, hearers_of(proposal, at=at), text, at=at)


def hearers_of(proposal: Proposal, *, at: datetime) -> list[UUID]:
    """Return who hears of a proposal: its proposer; where they have left, those who answer for the page."""
    if not has_nobody(proposal, at=at):
        return [proposal.by_id] if proposal.by_id else []
    return [one.person.id for one in answerable(proposal.process, at=at)] if proposal.process else []


def has_nobody(proposal: Proposal, *, at: datetime) -> bool:
    """Say whether a proposal's proposer has left."""
    return proposal.by_id is None or not Person.objects.here(at.date()).filter(id=proposal.by_id).exists()


def tell(proposal: Proposal, persons: Iterable[UUID], text: str, *, at: datetime) -> None:
    """Let some people hear something about a proposal."""
    key = f"{proposal.id}/{len(proposal.history)}"
    told = [
        Told(person=one, kind=NoteKind.PROPOSAL, key=key, text=text, path=path_of(proposal), about=proposal.id)
        for one in dict.fromkeys(persons)
    ]
    note(told, at=at)


def tell_drift(proposal: Proposal, drift: str, *, since: str, at: datetime) -> None:
    """Let those who approved, and whoever proposed it, hear that what moving does is not what they saw.

    Runs are named to those alone who were shown them when they approved: who proposes may not see others' runs.
    """
    asks = Ask.objects.filter(case_id=proposal.case) if proposal.case else Ask.objects.none()
    approved = asks.filter(outcome="approved").values_list("answered_by", flat=True)
    said = f"The runs on the way of {page_of(proposal)} are not as they were when {since}."
    happened(proposal, said, by=None, at=at)
    proposal.save(update_fields=["history", "changed_at", "runs"])
    shown = {one for one in approved if one}
    tell(proposal, shown, f"{said} {drift}", at=at)
    tell(proposal, [one for one in hearers_of(proposal, at=at) if one not in shown], said, at=at)


def name_of(person: UUID | None) -> str:
    """Return somebody's name; the operator's when nobody is named."""
    known = Person.objects.filter(id=person).values_list("name", flat=True).first() if person else None
    return known or "Doorstep"


def sender_of(proposal: Proposal) -> UUID | None:
    """Return who sent a proposal for approval last."""
    runs = Case.objects.filter(id=proposal.case) if proposal.case else Case.objects.none()
    return runs.values_list("starter", flat=True).first()


def authors_of(proposal: Proposal) -> frozenset[UUID]:
    """Return who wrote a proposal's text: whoever saved one that is not the base's."""
    base = proposal.base.text if proposal.base else ""
    saved = Revision.objects.filter(proposal=proposal).exclude(text=base).values_list("by", flat=True)
    return frozenset(one for one in saved if one)


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal in a list: what is wished, about what, and where it stands."""

    path: str
    wish: str
    about: str
    state: str
    by: str
    at: datetime
    outcome: str


STANDS = {
    ProposalState.DRAFT: "being written",
    ProposalState.OPEN: "open",
    ProposalState.IN_APPROVAL: "being approved",
    ProposalState.APPROVED: "approved",
    ProposalState.DECLINED: "declined",
    ProposalState.WITHDRAWN: "withdrawn",
}


def line_of(proposal: Proposal) -> Line:
    """Return a proposal as a list shows it; its process and proposer are loaded."""
    by = proposal.by.name if proposal.by else ""
    wish = wish_of(proposal) or "An edit of the page"
    state = STANDS[ProposalState(proposal.state)]
    return Line(path_of(proposal), wish, about_of(proposal), state, by, proposal.at, proposal.outcome)


def about_of(proposal: Proposal) -> str:
    """Return the step a proposal is about, or the page."""
    page = proposal.process.title if proposal.process else "A new page"
    return f"{page}, “{proposal.step}”" if proposal.step else page
