"""What nobody owns: the gravest first, and the ways to find it an owner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from doorstep.cases.clock import business_now
from doorstep.library import errors as library
from doorstep.library.seen import may_meet
from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.people.models import Person
from doorstep.stewardship.own import queries
from doorstep.stewardship.own.offer import offer
from doorstep.stewardship.own.orphans import make_obsolete, take
from doorstep.web.paging import pages_of
from doorstep.web.people_named import person_named
from doorstep.web.screens import show, signed_in

SHOWN = 50
GONE = "This page is not there any more. Look at the list again."


@signed_in
def orphans(request: HttpRequest, me: Person) -> HttpResponse:
    """Show what nobody owns, and settle one."""
    problem = _settled(request, me) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        return redirect("web:orphans")
    now = business_now()
    pages = pages_of(request, size=SHOWN)
    found = queries.orphans(me.id, at=now, window=pages.window)
    rows, pages = pages.cut(found.rows)
    context: dict[str, Any] = {"rows": rows, "total": found.total, "mine": found.mine, "pages": pages}
    context["near"] = queries.near(me, at=now)
    return show(request, "web/orphans.html", status=422 if problem else 200, problem=problem, **context)


def _settled(request: HttpRequest, me: Person) -> str:
    """Do what the button says; return why it was refused."""
    try:
        process = UUID(str(request.POST.get("process", "")))
        if not may_meet(process, me.id):
            return GONE
        messages.info(request, _done(request, me, process))
    except ValueError:
        return GONE
    except (NotAllowed, NotUsable, library.NotUsable) as refused:
        return str(refused)
    return ""


def _done(request: HttpRequest, me: Person, process: UUID) -> str:
    now, do = business_now(), request.POST.get("do")
    if do == "take":
        take(process=process, by=me.id, at=now)
        return "It is yours now, and the page says so."
    if do == "offer":
        to = person_named(str(request.POST.get("to", "")))
        offer(process=process, to=to.id, by=me.id, at=now)
        return f"It is offered to {to}. Until they accept, the custodian has it."
    if do == "obsolete":
        make_obsolete(process=process, by=me.id, reason=str(request.POST.get("reason", "")), at=now)
        return "It is obsolete. Runs that are on the way end as they began."
    raise NotUsable("Expected take, offer or obsolete, but the form said something else. Try again.")
