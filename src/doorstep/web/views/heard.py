"""Who has heard of a version and who has not, for those who may know."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from doorstep.cases.clock import business_now
from doorstep.library.models import Process
from doorstep.library.seen import seen_by
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person
from doorstep.stewardship.heard import Heard, Report, all_people, counted, people, report_of, teams
from doorstep.stewardship.models import ProgressKind
from doorstep.stewardship.progress import progress_of
from doorstep.web.paging import pages_of
from doorstep.web.screens import show, signed_in
from doorstep.web.spreadsheet import lines

SHOWN = 50
COLUMNS = ("name", "team", "heard", "how", "due", "late", "opened", "reminded", "mail came back")


@signed_in
def heard(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Show who has not said that they saw what changed, in all and by team."""
    process, now = _met(me, key), business_now()
    try:
        report = report_of(process, by=me.id)
    except NotAllowed as refused:
        back = reverse("web:process", args=[key])
        return show(request, "web/refused.html", status=403, at="library", heading="Not shown", why=refused, back=back)
    if report is None:
        raise Http404
    return _report(request, process, report, now)


def _report(request: HttpRequest, process: Process, report: Report, now: datetime) -> HttpResponse:
    pages = pages_of(request, size=SHOWN)
    team = _team(request)
    silent = request.GET.get("all") != "1"
    shown, pages = pages.cut(people(report, at=now, silent=silent, team=team, window=pages.window))
    progress = progress_of(report.version.id, kind=ProgressKind.TELLING)
    return show(
        request,
        "web/heard.html",
        at="library",
        process=process,
        version=report.version,
        counted=counted(report, at=now),
        teams=teams(report, at=now),
        people=shown,
        pages=pages,
        silent=silent,
        team=team,
        own_team=report.team is not None,
        progress=progress if progress and not progress.ended_at else None,
    )


@signed_in
def heard_csv(_request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Give everybody who is asked as a file."""
    process, now = _met(me, key), business_now()
    try:
        report = report_of(process, by=me.id)
    except NotAllowed as refused:
        return HttpResponse(str(refused), status=403, content_type="text/plain")
    if report is None:
        raise Http404
    cells = (_cells(one) for one in all_people(report, at=now))
    made = HttpResponse(lines(chain([COLUMNS], cells)), content_type="text/csv; charset=utf-8")
    made["Content-Disposition"] = f'attachment; filename="{key}-heard.csv"'
    return made


def _cells(one: Heard) -> tuple[str, ...]:
    heard_at = one.done_at.isoformat() if one.done_at else ""
    flags = ("yes" if flag else "" for flag in (one.late, one.opened))
    back = "yes" if one.unreachable else ""
    return (one.name, one.team, heard_at, one.how, one.due_at.isoformat(), *flags, str(one.reminded), back)


def _met(me: Person, key: str) -> Process:
    rows = Process.objects.filter(seen_by(me.id), key=key)
    row = rows.select_related("owner", "owner_role", "expert", "expert_role", "group").first()
    if row is None:
        raise Http404
    return row


def _team(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("team", ""))
    except ValueError:
        return None
