"""Save the text of a proposal: nobody's words are lost, whoever else saved meanwhile."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from doorstep.cases.refusals import NotAllowed, NotFound, NotPossible
from doorstep.library.seen import may_meet
from doorstep.people.clock import business_now
from doorstep.reading.text import MOST_BYTES
from doorstep.stewardship.answerable import may_edit
from doorstep.stewardship.merge import Choices, Conflict, Merged, merge
from doorstep.stewardship.models import Proposal, ProposalState, Revision

NEWEST = 20
"""Texts saved last are all kept: somebody may have one of them before them."""

TOGETHER = timedelta(minutes=10)
"""Of older ones that somebody saved one after another so quickly, as one types, the last is kept."""

MOST = 200
"""So many are kept at most, with the first and the last of everybody who wrote."""

EDITABLE = (ProposalState.DRAFT, ProposalState.OPEN, ProposalState.IN_APPROVAL)


Stamp = tuple[int, UUID | None, datetime]
"""A revision without its text: number, by whom, when."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What is saved now.  ``text`` is the proposal's text at ``revision``, others' changes included.

    With ``conflicts`` what both changed holds as it stood before; ``read``, ``mine`` and ``theirs`` are then the
    revisions to choose from: what was read, what was sent, and what had been saved meanwhile.
    """

    revision: int
    text: str
    merged: bool = False
    conflicts: tuple[Conflict, ...] = ()
    read: int = 0
    mine: int = 0
    theirs: int = 0


@transaction.atomic
def save_text(
    *,
    proposal: UUID,
    text: str,
    read_revision: int,
    by: UUID,
    renamed: Mapping[str, str] | None = None,
    at: datetime | None = None,
) -> Saved:
    """Save what somebody made of the revision they read, and return what stands now.

    Where others saved meanwhile both texts are merged step by step; what both changed is a conflict, and the text
    that was sent is kept as a revision of its own.  ``renamed`` maps new headings to the ones they continue.  A text
    need not read as a page.  Raises NotFound, NotAllowed, NotPossible.
    """
    row = _locked(proposal, by)
    text = _sendable(text)
    _keep_first(row)
    before = text_at(row, read_revision)
    if text in (row.text, before):
        return Saved(row.revision, row.text, merged=read_revision != row.revision)
    now = at or business_now()
    if read_revision == row.revision:
        _add(row, text, by=by, at=now)
        _keep_identities(row, renamed or {})
        return Saved(row.revision, text)
    saved = _saved_beside(row, before, text, read_revision, by=by, at=now)
    _keep_identities(row, renamed or {})
    return saved


@transaction.atomic
def choose(
    *, proposal: UUID, read: int, mine: int, theirs: int, choices: Choices, by: UUID, at: datetime | None = None
) -> Saved:
    """Save what was chosen of two texts, on top of whatever stands now.  Raises NotFound, NotAllowed, NotPossible."""
    row = _locked(proposal, by)
    merged = merged_of(row, read=read, mine=mine, theirs=theirs, choices=choices)
    untouched = merge(text_at(row, read), text_at(row, mine), text_at(row, theirs)).text
    on_top = merge(untouched, merged.text, row.text, choices={"page": "mine"})
    taken = merge(untouched, merged.text, row.text, choices=dict.fromkeys([one.id for one in on_top.conflicts], "mine"))
    if taken.text != row.text:
        _add(row, taken.text, by=by, at=at or business_now())
    return Saved(row.revision, row.text)


@transaction.atomic
def bring_back(*, proposal: UUID, number: int, by: UUID, at: datetime | None = None) -> Saved:
    """Make an earlier text the text again, as a revision of its own.  Raises NotFound, NotAllowed, NotPossible."""
    row = _locked(proposal, by)
    _keep_first(row)
    text = text_at(row, number)
    if text != row.text:
        _add(row, text, by=by, at=at or business_now())
    return Saved(row.revision, row.text)


def merged_of(row: Proposal, *, read: int, mine: int, theirs: int, choices: Choices | None = None) -> Merged:
    """Return what becomes of two revisions that were made of a third."""
    return merge(text_at(row, read), text_at(row, mine), text_at(row, theirs), choices=choices)


def text_at(row: Proposal, number: int) -> str:
    """Return the text of a revision; the one before the first is the version it was made from.  Raises NotFound.

    Of one that is no longer kept the text before it: what was made of it merges as well with that.
    """
    if number == row.revision:
        return row.text
    known = Revision.objects.filter(proposal=row)
    found = known.filter(number__lte=number).order_by("-number").values_list("text", flat=True).first()
    if found is None and number == 0:
        return row.base.text if row.base else ""
    if found is None or number > row.revision:
        raise NotFound("Expected a text of this proposal that was saved, but there is none of that number.")
    return found


def editable(proposal: UUID, by: UUID) -> Proposal:
    """Return a proposal whose text somebody may write now.  Raises NotFound, NotAllowed, NotPossible."""
    return _checked(Proposal.objects.select_related("process", "base").filter(id=proposal).first(), by)


def _locked(proposal: UUID, by: UUID) -> Proposal:
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("process", "base")
    return _checked(rows.filter(id=proposal).first(), by)


def _checked(row: Proposal | None, by: UUID) -> Proposal:
    if row is None or (row.process is not None and not may_meet(row.process.id, by)):
        raise NotFound("There is no such proposal, or it is not for you.")
    if not may_edit(row, by):
        raise NotAllowed("Only the proposer, and the owner and the expert of the page, may edit this proposal.")
    if row.state not in EDITABLE:
        raise NotPossible(f"Expected a proposal that is still being written, but this one is {row.state}.")
    if row.process is not None and not row.revision and not row.text:
        raise NotPossible("Expected a text to edit, but this is a wish in words. Turn it into an edit first.")
    return row


def _sendable(text: str) -> str:
    """Return a text as it is kept.  Raises NotPossible for one no page may have."""
    if len(text.encode(errors="replace")) > MOST_BYTES:
        raise NotPossible("Expected a page of at most 1 MiB, but this text is longer. Part it in two pages.")
    return text.replace("\x00", "\ufffd").encode(errors="replace").decode()


def _keep_first(row: Proposal) -> None:
    """Keep the text a proposal began with, which is no revision yet."""
    if row.revision and not Revision.objects.filter(proposal=row, number=row.revision).exists():
        Revision.objects.create(proposal=row, number=row.revision, text=row.text, by_id=row.by_id, at=row.changed_at)


def _saved_beside(row: Proposal, before: str, text: str, read: int, *, by: UUID, at: datetime) -> Saved:
    """Save a text beside what others saved since it was read."""
    theirs, their_text = row.revision, row.text
    merged = merge(before, text, their_text)
    mine = theirs
    if merged.text != text:
        _add(row, text, by=by, at=at)
        mine = row.revision
    if merged.text != row.text:
        _add(row, merged.text, by=by, at=at)
    return Saved(row.revision, row.text, merged=True, conflicts=merged.conflicts, read=read, mine=mine, theirs=theirs)


def _add(row: Proposal, text: str, *, by: UUID, at: datetime) -> None:
    """Make a text the next revision."""
    row.revision += 1
    row.text, row.changed_at = text, at
    Revision.objects.create(proposal=row, number=row.revision, text=text, by_id=by, at=at)
    row.save(update_fields=["revision", "text", "changed_at", "identities"])
    _thin_out(row)


def _thin_out(row: Proposal) -> None:
    """Let go of the texts in between that typing left behind, so that a proposal does not grow without end."""
    saved = list(Revision.objects.filter(proposal=row).order_by("number").values_list("number", "by", "at"))
    kept = (
        {number for number, _, _ in saved[-NEWEST:]} | {saved[0][0]} | {number for number, _, _ in _last_of_each(saved)}
    )
    hurried = [
        one[0]
        for one, following in itertools.pairwise(saved)
        if one[1] == following[1] and following[2] - one[2] < TOGETHER
    ]
    too_many = [number for number, _, _ in saved[:-MOST]]
    gone = {*hurried, *too_many} - kept
    if gone:
        Revision.objects.filter(proposal=row, number__in=gone).delete()


def _last_of_each(saved: Sequence[Stamp]) -> Iterable[Stamp]:
    """Return the last text of everybody: who wrote is asked for when it is approved (`told.authors_of`)."""
    return {by: (number, by, at) for number, by, at in saved}.values()


def _keep_identities(row: Proposal, renamed: Mapping[str, str]) -> None:
    """Let a step that was given another heading stay the same step."""
    known = {**(row.base.identities if row.base else {}), **row.identities}
    found = {new: known[old] for new, old in renamed.items() if old in known and new != old}
    if found:
        gone = set(found.values())
        row.identities = {name: one for name, one in row.identities.items() if one not in gone} | found
        row.save(update_fields=["identities"])
