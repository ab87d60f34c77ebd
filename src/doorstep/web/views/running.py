"""Running: every case the reader may see, and those that ended."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from doorstep.cases.clock import business_now
from doorstep.cases.rights import cases_seen_by
from doorstep.cases.status import statuses
from doorstep.people.models import Person
from doorstep.web.paging import pages_of
from doorstep.web.running import line_of
from doorstep.web.screens import show, signed_in

SHOWN = 50
LATELY = 10
"""How many of those that ended stand below what runs."""

OPEN = ("open", "suspended")


@signed_in
def running(request: HttpRequest, me: Person) -> HttpResponse:
    """Show what runs, the newest first, and what ended lately; or all that has ended."""
    now, all_ended = business_now(), request.GET.get("show") == "ended"
    seen, pages = cases_seen_by(me.id, at=now), pages_of(request, size=SHOWN)
    runs = seen.filter(status__in=OPEN).order_by("-started_at", "id")
    ended = seen.exclude(status__in=OPEN).order_by("-closed_at", "id")
    shown, pages = pages.cut(list((ended if all_ended else runs)[pages.window]))
    below = list(ended[:LATELY]) if pages.number == 1 and not all_ended else []
    said = statuses([*shown, *below], at=now, reader=me.id) if shown or below else {}
    lines = [line_of(case, said[case.id]) for case in shown]
    return show(
        request,
        "web/running.html",
        at="running",
        waiting=[] if all_ended else lines,
        ended=lines if all_ended else [line_of(case, said[case.id]) for case in below],
        all_ended=all_ended,
        pages=pages,
        summary="" if all_ended else _summary(runs.count(), sum(line.late for line in lines)),
    )


def _summary(count: int, late: int) -> str:
    if not count:
        return "Nothing runs right now."
    runs = "One run is" if count == 1 else f"{count:,} runs are"
    if late:
        return f"{runs} on the way. {late} {'may' if count <= SHOWN else 'of those shown here may'} not make it."
    return f"{runs} on the way." + (" All are being chased." if count <= SHOWN else "")
