"""Running: every case the reader may see, and those that ended."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from doorstep.cases.clock import business_now
from doorstep.cases.models import Ask, Case
from doorstep.library.models import Process
from doorstep.people.keys import keys_of
from doorstep.people.models import Membership, Person
from doorstep.web.running import lines_of
from doorstep.web.screens import show, signed_in

SHOWN = 50


@signed_in
def running(request: HttpRequest, me: Person) -> HttpResponse:
    """Show what runs, the newest first, and what has ended."""
    now = business_now()
    seen = seen_by(me)
    open_cases = list(seen.filter(status__in=("open", "suspended")).order_by("-started_at")[:SHOWN])
    ended = list(seen.exclude(status__in=("open", "suspended")).order_by("-closed_at")[:SHOWN])
    lines = lines_of(open_cases, reader=me.id, at=now)
    return show(
        request,
        "web/running.html",
        at="running",
        waiting=lines,
        ended=lines_of(ended, reader=me.id, at=now),
        summary=_summary(len(lines), sum(line.late for line in lines)),
    )


def seen_by(me: Person) -> QuerySet[Case]:
    """Return the cases somebody may see, as `cases.rights.may_see` decides for one."""
    cases = Case.objects.all()
    if me.administrator or me.auditor:
        return cases
    roles = Membership.objects.filter(person=me).values("role")
    leads = Q(owner=me) | Q(expert=me) | Q(owner_role__in=roles) | Q(expert_role__in=roles)
    led = Process.objects.filter(leads).values("id")
    keys = keys_of(me.id, at=business_now()).own
    asked = Ask.objects.filter(Q(person=me.id) | Q(answered_by=me.id) | Q(addressee__in=keys)).values("case_id")
    return cases.filter(Q(starter=me.id) | Q(process_id__in=led) | Q(id__in=asked))


def _summary(count: int, late: int) -> str:
    if not count:
        return "Nothing runs right now."
    runs = "One run is" if count == 1 else f"{count} runs are"
    return f"{runs} on the way." + (f" {late} may not make it." if late else " All are being chased.")
