"""Send an edit for approval: its version is in review, and a run of the organisation's own page approves it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases import store
from doorstep.cases.advance import advance
from doorstep.cases.models import Case
from doorstep.cases.pages import indexed
from doorstep.cases.reading_facts import facts_by_kind
from doorstep.cases.refusals import NotAllowed, NotPossible
from doorstep.cases.start_case import Started, start_case
from doorstep.kernel.events import FactsChanged
from doorstep.library.dates import effective_moment
from doorstep.library.errors import NotPublishable, NotUsable, Overtaken
from doorstep.library.models import Level, Materiality, Process, Version, VersionState
from doorstep.library.publish import latest_published
from doorstep.library.review import review
from doorstep.people.clock import business_now
from doorstep.reading.differences import Differences
from doorstep.reading.text import read
from doorstep.stewardship.answerable import Approvers, approvers_of, may_edit
from doorstep.stewardship.approval_page import GIVEN, approval_page
from doorstep.stewardship.call_off import UNSETTLED, let_go
from doorstep.stewardship.change_words import changes_between, chosen_identities, in_words
from doorstep.stewardship.contest import contest
from doorstep.stewardship.models import Proposal, ProposalState
from doorstep.stewardship.running import look, runs_in_words
from doorstep.stewardship.told import authors_of, happened, name_of, wish_of

__all__ = ["NotPublishable", "NotUsable", "Overtaken", "Started", "submit"]


@transaction.atomic
def submit(
    *,
    proposal: UUID,
    by: UUID,
    materiality: Materiality | str,
    effective_from: datetime | date | None = None,
    move_running: bool = False,
    staying: Collection[UUID] = (),
    why: str = "",
    level: Level | None = None,
    at: datetime | None = None,
) -> Started:
    """Send a proposal's text for approval and return the run that approves it.

    Sent again with another text or other choices while it is being approved, the same run goes on: those
    who approved are asked again (kernel rule 9).  Sent again unchanged, nothing happens.  ``why`` answers
    a doubt about ``materiality``.  Runs on the way stay on their version, or move but for those ``staying``.
    ``level`` is the page's own unless given; a date is midnight in the zone of the page's calendar.

    Raises NotAllowed, NotPossible (Contested among them), NotPublishable with the faults and the level the
    text does reach, NotUsable for a date that has passed, and Overtaken when another version was published since the proposal was begun.
    """
    now = at or business_now()
    row = Proposal.objects.select_for_update().get(id=proposal)
    process = _require(row, by)
    moment = effective_moment(effective_from, read(row.text).page, at=now) if effective_from else None
    page = approval_page(at=now)
    known = row.version if row.state == ProposalState.IN_APPROVAL else None
    choices = (Materiality(materiality), moment, move_running, sorted(str(one) for one in staying))
    if known and row.case and known.text == row.text and choices == _choices(row):
        return _under_way(row.case)
    version = _in_review(row, process, by=by, level=level, at=now)
    assert row.base is not None, "required above"
    found = changes_between(row.base, version)
    row.contest = contest(found, choices[0], why=why, name=name_of(by))
    row.materiality, row.effective_from, row.move_running, row.staying = choices
    row.version = version
    return _ask(row, process, page, found, by=by, at=now)


def _require(row: Proposal, by: UUID) -> Process:
    """Refuse what cannot be sent for approval; return the process it is about."""
    if not may_edit(row, by):
        raise NotAllowed("Only the proposer, and the owner and the expert of the page, may send this for approval.")
    if row.process is None:
        raise NotPossible("Expected a change of a page, but this page is new. Publish it: nobody has to approve it.")
    if row.state not in UNSETTLED:
        raise NotPossible(f"This proposal was {row.state}. Propose the change anew.")
    if not row.text or row.base is None:
        raise NotPossible("A sentence alone cannot be approved. Turn it into an edit first.")
    if row.text == row.base.text:
        raise NotPossible(f"The text says the same as version {row.base.number}: there is nothing to approve yet.")
    newest = latest_published(row.process)
    if newest is not None and newest.state == VersionState.OBSOLETE:
        raise NotPossible(f"“{row.process.title}” was made obsolete, so nothing in it can change any more.")
    if newest is not None and newest.id != row.base_id:
        raise Overtaken(newest)
    return row.process


def _choices(row: Proposal) -> tuple[Materiality, datetime | None, bool, list[str]]:
    return (Materiality(row.materiality), row.effective_from, row.move_running, row.staying)


def _under_way(case_id: UUID) -> Started:
    case = Case.objects.get(id=case_id)
    return Started(case.id, case.number, repeated=True)


def _in_review(row: Proposal, process: Process, *, by: UUID, level: Level | None, at: datetime) -> Version:
    """Return the version in review of a proposal's text; an earlier text of it that nobody approved is let go."""
    if row.version and row.version.text == row.text and row.version.state == VersionState.IN_REVIEW:
        return row.version
    let_go(row)
    file, identities = f"{process.key}.md", chosen_identities(row)
    return review(process=process.id, text=row.text, by=by, file=file, identities=identities, level=level, at=at)


def _ask(row: Proposal, process: Process, page: Version, found: Differences, *, by: UUID, at: datetime) -> Started:
    """Start the run that approves, or let the one under way know what changed."""
    asked = approvers_of(process, proposer=row.by_id, authors={by, *authors_of(row)}, at=at)
    if not asked.persons:
        raise NotPossible(
            f"Nobody can approve this beside those who wrote it. Name an expert on “{process.title}”, "
            "or ask an administrator to approve."
        )
    facts = _facts(row, page, found, asked, at=at)
    if row.state == ProposalState.IN_APPROVAL and row.case:
        started = _amend(row, facts, by=by, at=at)
    else:
        started = start_case(version_id=page.id, facts=facts, by=by, at=at, by_itself=True)
        row.case = started.case_id
        row.state = ProposalState.IN_APPROVAL
        happened(row, f"Sent for approval as {row.materiality}. {asked.words}", by=by, at=at)
    row.outcome = ""
    row.save()
    return started


def _amend(row: Proposal, facts: dict[str, object], *, by: UUID, at: datetime) -> Started:
    """Let the run that is open know what it approves now; those who said yes to the text before are asked again."""
    assert row.case is not None, "the caller knows there is a run"
    case = Case.objects.get(id=row.case)
    given = facts_by_kind(indexed(case.version_id).kinds, _named(facts, case.version_id))
    given.pop("approvers", None)  # who is asked stays, whoever amends
    advance(case_id=case.id, event=FactsChanged(at=at, by=str(by), facts=given))
    happened(row, "Changed while it was being approved; those who approve see what is new.", by=by, at=at)
    return Started(case.id, case.number)


def _facts(row: Proposal, page: Version, found: Differences, asked: Approvers, *, at: datetime) -> dict[str, object]:
    """Return what the approval page is told, as far as it names it."""
    process = row.process
    assert process is not None, "required above"
    said = [in_words(found), row.contest]
    found_runs = look(row, at=at)
    row.runs = found_runs.to_json()
    values: tuple[object, ...] = (
        str(row.id),
        process.title,
        wish_of(row) or f"a change by {name_of(row.by_id)}",
        "\n\n".join(part for part in said if part),
        store.keep(f"{process.key}.md", row.text.encode(), "text/markdown"),
        row.materiality,
        f"from {row.effective_from:%-d %B %Y}" if row.effective_from else "at once, when all have approved",
        runs_in_words(found_runs, moves=row.move_running),
        [person.email for person in asked.persons],
    )
    return _named(dict(zip(GIVEN, values, strict=True)), page.id)


def _named(facts: dict[str, object], version: UUID) -> dict[str, object]:
    """Return the facts that a page names."""
    kinds = indexed(version).kinds.kinds
    return {name: value for name, value in facts.items() if name in kinds}
