"""Running: every case the reader may see, and those that ended."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from doorstep.cases.clock import business_now
from doorstep.cases.rights import cases_seen_by
from doorstep.people.models import Person
from doorstep.web.running import lines_of
from doorstep.web.screens import show, signed_in

SHOWN = 50


@signed_in
def running(request: HttpRequest, me: Person) -> HttpResponse:
    """Show what runs, the newest first, and what has ended."""
    now = business_now()
    seen = cases_seen_by(me.id, at=now)
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


def _summary(count: int, late: int) -> str:
    if not count:
        return "Nothing runs right now."
    runs = "One run is" if count == 1 else f"{count} runs are"
    return f"{runs} on the way." + (f" {late} may not make it." if late else " All are being chased.")
