"""Proposing a change of a page, and the proposals for it: any reader does, without an author's account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from doorstep.cases.refusals import Refused
from doorstep.library import queries
from doorstep.library.models import Process, Version
from doorstep.library.programs import meaning_of
from doorstep.library.seen import may_meet
from doorstep.people.models import Person
from doorstep.reading.sentences import sentence
from doorstep.stewardship.models import Proposal, ProposalState
from doorstep.stewardship.proposals import proposals_by, proposals_of
from doorstep.stewardship.propose import StepGone, propose
from doorstep.stewardship.told import line_of
from doorstep.web.paging import pages_of
from doorstep.web.screens import show, signed_in

SHOWN = 50
SETTLED = frozenset({ProposalState.APPROVED, ProposalState.DECLINED, ProposalState.WITHDRAWN})


@never_cache
@signed_in
def propose_change(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Ask what should change, at a step or of the page; a sentence goes off, an edit opens the editor."""
    version = queries.effective(key, by=me.id)
    if version is None:
        raise Http404
    step = str(request.POST.get("step", request.GET.get("step", "")))
    step = version.identities.get(step, step)
    if request.method != "POST":
        return _form(request, version, step)
    return _propose(request, me, version, step)


def _propose(request: HttpRequest, me: Person, version: Version, step: str) -> HttpResponse:
    sentence_ = str(request.POST.get("sentence", "")).strip()
    edits = request.POST.get("do") == "edit"
    if not edits and not sentence_:
        return _form(request, version, step, problem="Say in a sentence what should change, or edit it.")
    try:
        text = version.text if edits else ""
        proposal = propose(process=version.process_id, step=step, sentence=sentence_, text=text, by=me.id)
    except StepGone as gone:
        return _form(request, version, "", problem=str(gone), sentence=sentence_)
    except Refused as refused:
        back = reverse("web:process", args=[version.process.key])
        return show(request, "web/refused.html", status=409, heading="Not proposed", why=refused, back=back)
    if edits:
        return redirect("web:edit", proposal.id)
    messages.info(request, "Thank you. Owner and expert hear it, and you hear what becomes of it.")
    return redirect("web:proposal", proposal.id)


def _form(request: HttpRequest, version: Version, step: str, *, problem: str = "", sentence: str = "") -> HttpResponse:
    heading, says = _says(version, step)
    if step and not heading:
        problem = problem or f"“{step}” is no longer a step of this page. Propose it for the whole page."
        step = ""
    return show(
        request,
        "web/propose.html",
        at="library",
        status=409 if problem else 200,
        process=version.process,
        step=step,
        heading=heading,
        says=says,
        problem=problem,
        sentence=sentence,
    )


def _says(version: Version, identity: str) -> tuple[str, str]:
    """Return the heading of a step and what its card says; empty when the page has no such step."""
    page = meaning_of(version.id).page
    names = {one: name for name, one in version.identities.items()}
    found = next((step for step in page.walk() if step.name == names.get(identity)), None)
    return (found.name, sentence(found, page)) if found else ("", "")


@signed_in
def of_page(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Show the proposals for a page, what is open first."""
    process = _process(me, key)
    pages = pages_of(request, size=SHOWN)
    rows, pages = pages.cut(proposals_of(process, reader=me.id, window=pages.window))
    return show(request, "web/proposals.html", at="library", process=process, pages=pages, **_listed(rows))


@signed_in
def mine(request: HttpRequest, me: Person) -> HttpResponse:
    """Show what the reader proposed, and what became of it."""
    pages = pages_of(request, size=SHOWN)
    rows, pages = pages.cut(proposals_by(me.id, window=pages.window))
    return show(request, "web/proposals.html", at="home", pages=pages, **_listed(rows))


def _listed(rows: Sequence[Proposal]) -> dict[str, Any]:
    """Return the rows of a page: what is open, and what is settled."""
    settled = [line_of(row) for row in rows if row.state in SETTLED]
    return {"open": [line_of(row) for row in rows if row.state not in SETTLED], "settled": settled}


def _process(me: Person, key: str) -> Process:
    """Return a process the reader may meet.  Raises Http404."""
    row = queries.process(key)
    if row is None or not may_meet(row.id, me.id):
        raise Http404
    return row
