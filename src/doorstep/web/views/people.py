"""People: who takes part, imported from a list, invited by a link."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from doorstep.cases.clock import business_now
from doorstep.chase.say import say_day
from doorstep.people.absences import Away, absences_on
from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.people.import_csv import import_people
from doorstep.people.invite import invite as invite_person
from doorstep.people.listed import listed
from doorstep.people.models import Person
from doorstep.people.rights import is_administrator
from doorstep.stewardship.joined import WELCOME
from doorstep.stewardship.models import ProgressKind
from doorstep.stewardship.progress import progress_of
from doorstep.web.paging import pages_of
from doorstep.web.screens import show, signed_in

SHOWN = 50


@signed_in
def people(request: HttpRequest, me: Person) -> HttpResponse:
    """Show people and import a list."""
    if not is_administrator(me.id):
        return _refused(request, "Only an administrator sees the list of people.")
    words = request.GET.get("q", "").strip()
    report = _imported(request, me) if request.method == "POST" else {}
    pages = pages_of(request, size=SHOWN)
    shown, pages = pages.cut(listed(words.replace("\0", ""), window=pages.window))
    total = 0 if words else Person.objects.count()
    away = _away([row.person for row in shown])
    joining = progress_of(WELCOME, kind=ProgressKind.JOINING)
    context: dict[str, Any] = {"q": words, "rows": shown, "pages": pages, "total": total, "away": away}
    context["progress"] = joining if joining and not joining.ended_at else None
    return show(request, "web/people.html", **context, **report)


@require_POST
@signed_in
def invite(request: HttpRequest, me: Person) -> HttpResponse:
    """Make a link that makes an account, and show it once."""
    try:
        invitation = invite_person(email=str(request.POST.get("email", "")), by=me.id)
    except (NotAllowed, NotUsable) as refused:
        return _refused(request, str(refused))
    messages.info(request, f"Give {invitation.person.name} this link; it works once: {invitation.link}")
    return redirect("web:people")


def _away(people: list[Person]) -> dict[UUID, str]:
    """Say of those who are away until when, and who stands in."""
    now = business_now()
    found = absences_on(now, of=[person.id for person in people]) if people else ()
    return {one.person.id: _says_away(one, now.date()) for one in found}


def _says_away(one: Away, today: date) -> str:
    stand_in = f", {one.stand_in.name} stands in" if one.stand_in else ""
    return f"away until {say_day(one.until, today=today)}{stand_in}"


def _imported(request: HttpRequest, me: Person) -> dict[str, Any]:
    """Import the uploaded list, or say what it would change."""
    upload = request.FILES.get("csv")
    text = upload.read().decode("utf-8-sig", errors="replace") if upload else ""
    dry = request.POST.get("do") != "import"
    report = import_people(text=text, by=me.id, dry_run=dry)
    return {"report": report, "report_line": str(report)}


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    return show(request, "web/refused.html", status=403, heading="Not for you", why=why)
