"""What I own, am asked to own and look after; and handing it over before a leave."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from doorstep.cases.clock import business_now
from doorstep.library import errors as library
from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.people.models import Person
from doorstep.stewardship.own import queries
from doorstep.stewardship.own.accept import accept, decline
from doorstep.stewardship.own.confirm import confirm
from doorstep.stewardship.own.hand_over import hand_over as hand_over_verb
from doorstep.stewardship.own.offer import take_back
from doorstep.web.paging import pages_of
from doorstep.web.people_named import person_named
from doorstep.web.screens import show, signed_in

SHOWN = 50


@signed_in
def owning(request: HttpRequest, me: Person) -> HttpResponse:
    """Show what concerns the reader as an owner, and do what they say about it."""
    problem = _said(request, me) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        return redirect("web:owning")
    pages = pages_of(request, size=SHOWN)
    found = queries.owning(me.id, at=business_now(), window=pages.window)
    rows, pages = pages.cut(found.rows)
    sections = {name: [one for section, one in rows if section == name] for name in queries.SECTIONS}
    context: dict[str, Any] = {"found": sections, "counts": found.counts, "pages": pages}
    return show(request, "web/owning.html", status=422 if problem else 200, problem=problem, **context)


def _said(request: HttpRequest, me: Person) -> str:
    """Call the one verb the button names; return why it was refused."""
    ids = _ticked(request)
    if not ids:
        return "Nothing was ticked. Tick what you mean."
    try:
        messages.info(request, _done(request, me, ids))
    except (NotAllowed, NotUsable, library.NotUsable) as refused:
        return str(refused)
    return ""


def _done(request: HttpRequest, me: Person, ids: list[UUID]) -> str:
    now, do = business_now(), request.POST.get("do")
    if do == "accept":
        count = accept(processes=ids, by=me.id, at=now)
        return f"You accepted {_many(count)}."
    if do == "decline":
        count = decline(processes=ids, by=me.id, reason=str(request.POST.get("reason", "")), at=now)
        return f"You declined {_many(count)}. Who asked you hears it, with your reason."
    if do == "confirm":
        return f"{_many(confirm(processes=ids, by=me.id, at=now)).capitalize()}: still yours and still right."
    if do == "back":
        count = sum(take_back(process=one, by=me.id, at=now) for one in ids)
        return f"You took back the offer of {_many(count)}."
    raise NotUsable("Expected accept, decline, confirm or back, but the form said something else. Try again.")


@signed_in
def hand_over(request: HttpRequest, me: Person) -> HttpResponse:
    """Hand over everything, or some of it, from a day on."""
    now = business_now()
    problem = _handed(request, me) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        return redirect("web:owning")
    pages = pages_of(request, size=SHOWN)
    mine, pages = pages.cut(queries.to_hand_over(me.id, at=now, window=pages.window))
    rows = [(one, str(request.POST.get(f"to-{one.process.id}", ""))) for one in mine]
    return show(
        request,
        "web/hand_over.html",
        status=422 if problem else 200,
        rows=rows,
        total=len(queries.all_to_hand_over(me.id)),
        pages=pages,
        near=queries.near(me, at=now),
        problem=problem,
        to_all=request.POST.get("to", ""),
        on=request.POST.get("on", now.date().isoformat()),
    )


def _handed(request: HttpRequest, me: Person) -> str:
    """Offer what was chosen; return why it was refused."""
    try:
        on = date.fromisoformat(str(request.POST.get("on", "")))
    except ValueError:
        return "Expected the day from which they own it, but got none. Choose a day."
    try:
        choices = _choices(request, me)
        if not choices:
            return "Nobody was chosen. Say who gets all of it, or who gets which."
        count = hand_over_verb(choices=choices, by=me.id, on=on, at=business_now())
    except (NotAllowed, NotUsable) as refused:
        return str(refused)
    messages.info(request, f"You offered {_many(count)}. Until they accept, you answer for it.")
    return ""


def _choices(request: HttpRequest, me: Person) -> dict[UUID, UUID]:
    """Return who gets which process: what stands at it, else the one choice for all.  Raises NotUsable.

    What is on other pages goes with what is ticked where they said so; what is on this one and not ticked stays.
    """
    to_all = str(request.POST.get("to", "")).strip()
    known: dict[str, Person] = {}
    choices: dict[UUID, UUID] = {}
    shown = set(request.POST.getlist("shown"))
    others = queries.all_to_hand_over(me.id) if "others" in request.POST else []
    for process in (*_ticked(request), *(one for one in others if str(one) not in shown)):
        named = str(request.POST.get(f"to-{process}", "")).strip() or to_all
        if named:
            known[named] = known.get(named) or person_named(named)
            choices[process] = known[named].id
    return choices


def _ticked(request: HttpRequest) -> list[UUID]:
    found = []
    for text in request.POST.getlist("process"):
        try:
            found.append(UUID(str(text)))
        except ValueError:
            continue
    return found


def _many(count: int) -> str:
    return "one process" if count == 1 else f"{count:,} processes"
