"""One proposal: what it changes in words, where it stands, what can be done about it, and sending it for approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from doorstep.cases.clock import business_now
from doorstep.cases.models import Ask
from doorstep.cases.queries import case_of
from doorstep.cases.refusals import NotFound, NotPossible, Refused
from doorstep.library.errors import NotPublishable, NotUsable, Overtaken
from doorstep.library.models import Level, Materiality
from doorstep.people.models import Person
from doorstep.people.rights import is_administrator
from doorstep.reading.differences import Differences
from doorstep.stewardship.answerable import approvers_of, leads, may_edit
from doorstep.stewardship.change_words import changes_of, require_level
from doorstep.stewardship.contest import Contested, moved_in
from doorstep.stewardship.decline import decline
from doorstep.stewardship.hear import hear
from doorstep.stewardship.models import Move, MoveState, ProgressKind, Proposal, ProposalState
from doorstep.stewardship.progress import progress_of
from doorstep.stewardship.proposals import history_of, proposal_of
from doorstep.stewardship.propose import start_edit
from doorstep.stewardship.rebase import BothChanged, newer_than, rebase
from doorstep.stewardship.running import OnTheWay, on_the_way, tried_for
from doorstep.stewardship.same_steps import keep_steps, same_steps
from doorstep.stewardship.submit import submit
from doorstep.stewardship.told import about_of, authors_of, line_of, wish_of
from doorstep.stewardship.withdraw_proposal import withdraw_proposal
from doorstep.web.compared import page_parts, steps_of
from doorstep.web.screens import did_not_happen, show, signed_in

WEIGHTS = {
    Materiality.EDITORIAL: "Nobody does anything otherwise: a slip of the pen, a clearer word.",
    Materiality.CLARIFYING: "What is done stays; how to do it is said better.",
    Materiality.MATERIAL: "Somebody does something otherwise from now on.",
    Materiality.CRITICAL: "Doing it the old way would do harm.",
}
LIKELY = 0.5
"""From here on a new heading is offered first as the one that vanished."""

REFUSALS = (Refused, NotPublishable, NotUsable, Overtaken)


@never_cache
@signed_in
def proposal(request: HttpRequest, me: Person, proposal_id: UUID) -> HttpResponse:
    """Show a proposal."""
    row = _seen(me, proposal_id)
    found = _changes(row)
    edits, open_ = may_edit(row, me.id), row.settled_at is None
    decides = row.process is not None and (leads(row.process, me.id) or is_administrator(me.id))
    return show(
        request,
        "web/proposal.html",
        at="library",
        row=row,
        line=line_of(row),
        about=about_of(row),
        wish=heading_of(row),
        changes=found,
        steps=steps_of(found) if found else (),
        parts=page_parts(found) if found else ((), ()),
        history=history_of(row),
        approving=_approving(row, me),
        run=case_of(row.case, by=me.id) if row.case else None,
        newer=newer_than(row) if open_ else None,
        unsent=row.state == ProposalState.IN_APPROVAL and row.version is not None and row.version.text != row.text,
        moves=_moves(row),
        moving=progress_of(row.id, kind=ProgressKind.MOVING),
        may_edit=edits and open_,
        may_decline=decides and open_ and row.by_id != me.id and row.state != ProposalState.DRAFT,
        may_withdraw=open_ and row.by_id == me.id,
        unheard=row.by_id == me.id and not open_ and row.heard_at is None,
    )


@require_POST
@signed_in
def do(request: HttpRequest, me: Person, proposal_id: UUID) -> HttpResponse:
    """Do the one thing the button names."""
    row = _seen(me, proposal_id)
    try:
        said = _do(request, me, row)
    except BothChanged as both:
        return show(request, "web/rebase.html", status=409, row=row, both=both, line=line_of(row))
    except REFUSALS as why:
        return did_not_happen(request, why, back=reverse("web:proposal", args=[row.id]))
    if not said:
        return redirect("web:edit", row.id)
    messages.info(request, said)
    return redirect("web:proposal", row.id)


def _do(request: HttpRequest, me: Person, row: Proposal) -> str:
    """Call the verb; empty when the editor follows."""
    reason = str(request.POST.get("reason", ""))
    match request.POST.get("do"):
        case "edit":
            start_edit(proposal=row.id, by=me.id)
            return ""
        case "decline":
            decline(proposal=row.id, by=me.id, reason=reason)
            return "It is declined; whoever proposed it hears why."
        case "withdraw":
            withdraw_proposal(proposal=row.id, by=me.id, why=reason)
            return "It is withdrawn."
        case "hear":
            hear(proposal=row.id, by=me.id)
            return "Thank you for making it better."
        case "rebase":
            chosen = {name.removeprefix("choose:"): value for name, value in request.POST.items() if "choose:" in name}
            rebase(proposal=row.id, by=me.id, choices={name: str(value) for name, value in chosen.items()})
            return "Both changes are in the text now. Look at it once more before you send it."
        case other:
            raise NotPossible(f'Expected something this page offers, but got "{other}". Go back and press a button.')


# -- Sending -------------------------------------------------------------------------------------------


@never_cache
@signed_in
def send(request: HttpRequest, me: Person, proposal_id: UUID) -> HttpResponse:
    """Ask how much it changes, from when, and what becomes of the runs on the way; then send it for approval."""
    row = _seen(me, proposal_id)
    if request.method != "POST":
        return _choices(request, me, row)
    try:
        keep_steps(proposal=row.id, same=_same(request), by=me.id)
        submit(proposal=row.id, by=me.id, **_chosen(request))  # type: ignore[arg-type]
    except Contested as doubt:
        return _choices(request, me, row, doubt=doubt, status=409)
    except NotPublishable as refused:
        return _choices(request, me, row, faults=refused, status=409)
    except (Refused, NotUsable, Overtaken) as refused:
        return _choices(request, me, row, problem=str(refused), status=409)
    messages.info(request, "It is with those who approve it. You hear what they say.")
    return redirect("web:proposal", row.id)


def _chosen(request: HttpRequest) -> dict[str, object]:
    """Return what the form says, as `submit` takes it.  Raises NotPossible for what the form does not offer."""
    try:
        on = str(request.POST.get("effective_from", "")) if request.POST.get("when") == "date" else ""
        level = str(request.POST.get("level", ""))
        return {
            "materiality": Materiality(str(request.POST.get("materiality", ""))),
            "effective_from": date.fromisoformat(on) if on else None,
            "move_running": request.POST.get("running") == "move",
            "staying": [UUID(str(one)) for one in request.POST.getlist("staying")],
            "why": str(request.POST.get("why", "")),
            "level": Level(level) if level else None,
        }
    except ValueError as error:
        raise NotPossible("Say how much it changes, and give a date as year, month and day.") from error


def _same(request: HttpRequest) -> dict[str, str]:
    """Return the headings said to continue a step, with its heading before."""
    pairs = [str(value).replace("\r\n", "\n").split("\n", 1) for value in request.POST.getlist("same") if value]
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}


def _candidates(row: Proposal) -> list[tuple[str, list[tuple[str, bool]]]]:
    """Return each heading that vanished with the new ones it may be now, and whether it most likely is."""
    found: dict[str, list[tuple[str, bool]]] = {}
    for pair in same_steps(row):
        found.setdefault(pair.vanished, []).append((pair.appeared, pair.likeness >= LIKELY))
    return list(found.items())


def _choices(
    request: HttpRequest,
    me: Person,
    row: Proposal,
    *,
    doubt: Contested | None = None,
    faults: NotPublishable | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show what is to be chosen, with what was chosen already."""
    if row.process is None or not row.text or not may_edit(row, me.id) or row.settled_at:
        raise Http404
    tried, trouble = _tried(row, by=me.id)
    now = business_now()
    asked = approvers_of(row.process, proposer=row.by_id, authors={me.id, *authors_of(row)}, at=now)
    return show(
        request,
        "web/send.html",
        at="library",
        status=status,
        row=row,
        line=line_of(row),
        doubt=doubt,
        faults=faults or trouble,
        problem=problem,
        weights=[(str(one), one.value.capitalize(), words) for one, words in WEIGHTS.items()],
        moved=moved_in(_changes(row) or Differences()),
        chosen=request.POST if request.method == "POST" else {"materiality": row.materiality},
        staying=set(request.POST.getlist("staying")) or set(row.staying),
        candidates=_candidates(row),
        tried=tried,
        running=on_the_way(row.process.id).count(),
        approvers=asked.words,
    )


def _tried(row: Proposal, *, by: UUID) -> tuple[tuple[OnTheWay, ...], NotPublishable | None]:
    """Return what moving the runs would do; or why the text cannot be sent as it is."""
    try:
        require_level(row)
        return tried_for(row, by=by, at=business_now()), None
    except NotPublishable as refused:
        return (), refused
    except NotUsable:
        return (), None


# -- What a proposal's page says -----------------------------------------------------------------------


def heading_of(row: Proposal) -> str:
    """Return what a proposal's page is called: its wish where that is short."""
    short = wish_of(row)
    if short and not short.endswith(" …"):
        return short
    return f"A change of “{row.step}”" if row.step else "A change of this page"


def _seen(me: Person, proposal_id: UUID) -> Proposal:
    """Return a proposal the reader may see.  Raises Http404."""
    try:
        return proposal_of(proposal_id, reader=me.id)
    except NotFound as missing:
        raise Http404 from missing


def _changes(row: Proposal) -> Differences | None:
    """Return what it changes, None while it is a sentence."""
    return changes_of(row) if row.text else None


@dataclass(frozen=True, slots=True)
class Approving:
    """Somebody who was asked to approve, and what they said; ``mine``: the reader answers it."""

    ask_id: UUID
    who: str
    said: str
    mine: bool


def _approving(row: Proposal, me: Person) -> list[Approving]:
    """Return who was asked to approve and what they said.  One query."""
    if row.case is None:
        return []
    asks = Ask.objects.filter(case_id=row.case, verb="approve").exclude(state="withdrawn").order_by("asked_at", "id")
    said = {ask.id: ask.outcome if ask.state == "answered" else "asked" for ask in asks}
    return [
        Approving(ask.id, ask.display, said[ask.id], mine=said[ask.id] == "asked" and ask.person == me.id)
        for ask in asks
    ]


def _moves(row: Proposal) -> list[Move]:
    """Return the runs that could not move."""
    return list(Move.objects.filter(proposal=row, state=MoveState.FAILED).order_by("id")[:50])
