"""Proposals: what the caller wishes to amend."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from doorstep.api.auth import caller
from doorstep.api.etag import tagged
from doorstep.api.paging import Cursor, Limit, PageOf, after_id, page
from doorstep.api.processes import process_of
from doorstep.library.models import VersionState
from doorstep.stewardship.models import Proposal
from doorstep.stewardship.proposals import UNSHOWN, proposal_of, proposals_met
from doorstep.stewardship.propose import propose
from doorstep.stewardship.withdraw_proposal import withdraw_proposal

router = Router(tags=["proposals"])


class ProposalRow(Schema):
    """A proposal in a list."""

    id: UUID
    process: str
    step: str
    sentence: str
    state: str
    at: datetime
    outcome: str
    revision: int


class ProposalShown(ProposalRow):
    """A proposal with its text, when it has one."""

    text: str


class Wish(Schema):
    """A wish: a sentence is enough, an amended text of the page is better. ``step`` is a heading, or empty for the page."""

    process: str
    step: str = ""
    sentence: str = ""
    text: str = ""


class Why(Schema):
    """Why it is withdrawn."""

    why: str = ""


@router.get("", response=PageOf[ProposalRow], summary="List proposals")
def list_proposals(request: HttpRequest, process: str = "", limit: Limit = 50, cursor: Cursor = "") -> dict[str, Any]:
    """Give what the caller proposed, the latest first; with `process` all proposals for it that they may see."""
    me = caller(request)
    before = after_id(cursor)
    own = Proposal.objects.filter(by=me).select_related("process").defer(*UNSHOWN)
    rows = proposals_met(process_of(me, process), reader=me.id) if process else own
    rest = rows.filter(id__lt=before) if before else rows
    return page(list(rest.order_by("-id")[: limit + 1]), limit=limit, key=lambda row: row.id, shown=_row)


@router.get("/{proposal_id}", response=ProposalShown, summary="Read a proposal")
def read_proposal(request: HttpRequest, response: HttpResponse, proposal_id: UUID) -> dict[str, Any]:
    """Give a proposal. Its revision counts the saves of its text."""
    row = proposal_of(proposal_id, reader=caller(request).id)
    tagged(request, response, f"{row.revision}-{row.state}")
    return {**_row(row), "text": row.text}


@router.post("", response={201: ProposalRow}, summary="Propose a change")
def make_proposal(request: HttpRequest, response: HttpResponse, payload: Wish) -> dict[str, Any]:
    """Propose on a page or one of its steps. The proposer hears the outcome, always."""
    me = caller(request)
    process = process_of(me, payload.process)
    version = process.versions.filter(state=VersionState.EFFECTIVE).first()
    identities: dict[str, str] = version.identities if version else {}
    row = propose(
        process=process.id,
        step=identities.get(payload.step, payload.step).replace("\0", ""),
        sentence=payload.sentence.replace("\0", ""),
        text=payload.text.replace("\r\n", "\n").replace("\0", ""),
        by=me.id,
    )
    response.status_code = 201
    return _row(row)


@router.post("/{proposal_id}/withdraw", response=ProposalRow, summary="Withdraw a proposal")
def withdraw(request: HttpRequest, proposal_id: UUID, payload: Why) -> dict[str, Any]:
    """Take a proposal back."""
    me = caller(request)
    proposal_of(proposal_id, reader=me.id)
    return _row(withdraw_proposal(proposal=proposal_id, by=me.id, why=payload.why.replace("\0", "")))


def _row(row: Proposal) -> dict[str, Any]:
    columns = ("id", "step", "sentence", "state", "at", "outcome", "revision")
    return {**{name: getattr(row, name) for name in columns}, "process": row.process.key if row.process else ""}
