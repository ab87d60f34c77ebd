"""Moving a run and telling the client: what is sent is shown first, and sent as it was shown."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from doorstep.cases.clients import clients_of
from doorstep.cases.deliver import opened_case
from doorstep.cases.models import Case
from doorstep.cases.move_and_tell import move_and_tell
from doorstep.cases.move_needed_by import move_needed_by
from doorstep.cases.refusals import NotPossible, Refused
from doorstep.cases.rights import authority
from doorstep.people.models import Person
from doorstep.web.fields import instant
from doorstep.web.screens import show, signed_in
from doorstep.web.views.case import seen_case


@signed_in
def move(request: HttpRequest, me: Person, case_id: UUID) -> HttpResponse:
    """Show what would be sent, to whom; send it once that was seen.  GET shows, it never moves."""
    case = seen_case(me, case_id)
    known = authority(case.process_id)
    if me.id != case.starter and me.id not in known.owners | known.experts:
        raise Http404
    if request.method != "POST":
        return _form(request, me, case, until=_moment(request.GET.get("until", "")) or case.needed_by)
    until = _moment(instant(str(request.POST.get("until", "")).strip(), _zone(me).key))
    try:
        said = _moved(request, me, case, until)
    except Refused as refused:
        return _form(request, me, case, until=until, problem=str(refused))
    messages.info(request, said)
    return redirect("web:case", case.id)


def _moved(request: HttpRequest, me: Person, case: Case, until: datetime | None) -> str:
    if until is None:
        raise NotPossible("Expected a date and a time, but got neither. Choose until when it moves.")
    if request.POST.get("do") == "silently":
        move_needed_by(case_id=case.id, needed_by=until, by=me.id)
        return "It is moved, and the chase is planned anew. Nobody was told."
    to = str(request.POST.get("to", ""))
    move_and_tell(case_id=case.id, needed_by=until, to=to, text=str(request.POST.get("text", "")), by=me.id)
    return f"It is moved, the chase is planned anew, and {to} is told."


def _form(request: HttpRequest, me: Person, case: Case, *, until: datetime | None, problem: str = "") -> HttpResponse:
    zone = _zone(me)
    return show(
        request,
        "web/move.html",
        status=409 if problem else 200,
        at="running",
        case=case,
        problem=problem,
        until=until.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if until else "",
        clients=clients_of(opened_case(case)),
        chosen=str(request.POST.get("to", "")),
        text=request.POST.get("text") or _draft(me, case, until, zone),
        organisation=settings.DOORSTEP.text("organisation"),
    )


def _draft(me: Person, case: Case, until: datetime | None, zone: ZoneInfo) -> str:
    """Return what a colleague would write; days by their dates, for nobody knows when it is read."""
    after = f" by {_day(until, zone)}" if until else ""
    before = f", not by {_day(case.needed_by, zone)} as planned" if case.needed_by else ""
    said = f"{case.title} will be with you{after}{before}. I am sorry for the delay; there is nothing you need to do."
    return f"{said}\n\n{me.name}"


def _day(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"


def _moment(text: str) -> datetime | None:
    """Return a moment with its zone, None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _zone(me: Person) -> ZoneInfo:
    return ZoneInfo(me.zone or settings.DOORSTEP.text("zone"))
