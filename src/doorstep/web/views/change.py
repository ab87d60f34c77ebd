"""Changing a run: rescues, questions answered, steps added, moved, skipped, called off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from doorstep.cases.add_step import add_step
from doorstep.cases.answer_question import answer_question as answer_it
from doorstep.cases.ask_stand_in import ask_stand_in
from doorstep.cases.cancel import cancel
from doorstep.cases.clock import business_now
from doorstep.cases.event_json import instance_of
from doorstep.cases.hear import hear
from doorstep.cases.models import Case
from doorstep.cases.move_needed_by import move_needed_by
from doorstep.cases.override import override
from doorstep.cases.refusals import NotPossible, Refused
from doorstep.cases.remind_now import remind_now
from doorstep.cases.reopen import reopen
from doorstep.cases.resume import resume
from doorstep.cases.retry import retry
from doorstep.cases.skip import skip
from doorstep.cases.status import status_of
from doorstep.cases.suspend import suspend
from doorstep.people.models import Person
from doorstep.web.fields import instant
from doorstep.web.screens import did_not_happen, signed_in
from doorstep.web.views.case import seen_case


@require_POST
@signed_in
def change(request: HttpRequest, me: Person, case_id: UUID) -> HttpResponse:
    """Do the one thing the button names."""
    case = seen_case(me, case_id)
    do = str(request.POST.get("do", ""))
    try:
        said = _bend(request, me, case, do) if do in BENDING else _whole(request, me, case, do)
    except Refused as why:
        return did_not_happen(request, why, back=reverse("web:case", args=[case.id]))
    messages.info(request, said)
    return redirect("web:stuck") if request.POST.get("back") == "stuck" else redirect("web:case", case.id)


BENDING: dict[str, tuple[Callable[..., object], str]] = {
    "skip": (skip, "It is skipped; the page goes on."),
    "override": (override, "It is taken as done."),
    "reopen": (reopen, "It is asked again."),
    "retry": (retry, "It is tried again."),
}


def _bend(request: HttpRequest, me: Person, case: Case, do: str) -> str:
    """Call the verb that bends one step; it asks for a reason itself."""
    verb, said = BENDING[do]
    instance = instance_of(str(request.POST.get("instance", "")))
    verb(case_id=case.id, step=_posted(request, "step"), by=me.id, reason=_posted(request, "reason"), instance=instance)
    return said


def _whole(request: HttpRequest, me: Person, case: Case, do: str) -> str:
    """Call the verb that concerns the whole run, or one ask of it."""
    reason = _posted(request, "reason")
    name, _, about = do.partition(":")
    match name:
        case "remind":
            remind_now(ask_id=_ask_id(about), by=me.id)
            return "A reminder is on its way."
        case "add":
            card = {"Who": _posted(request, "who"), _verb(request): ""}
            add_step(
                case_id=case.id,
                after=_posted(request, "after"),
                name=_posted(request, "name"),
                card=_card(card),
                by=me.id,
            )
            return f"“{_posted(request, 'name')}” is added."
        case "needed_by":
            move_needed_by(case_id=case.id, needed_by=_instant(request, me), by=me.id)
            return "The chase is planned anew."
        case "suspend":
            suspend(case_id=case.id, by=me.id, reason=reason)
            return "It rests; nobody is chased."
        case "resume":
            resume(case_id=case.id, by=me.id, reason=reason)
            return "It goes on."
        case "cancel":
            cancel(case_id=case.id, by=me.id, reason=reason)
            return "It is called off; everybody who was asked hears it."
        case other:
            raise NotPossible(f'Expected something this page offers, but got "{other}". Go back and press a button.')


def _verb(request: HttpRequest) -> str:
    return "Approve" if request.POST.get("verb") == "Approve" else "Confirm"


def _card(card: dict[str, str]) -> dict[str, str]:
    """Return a card as a page would say it; a Confirm needs no key of its own."""
    return {key: value for key, value in card.items() if key != "Confirm"}


@require_POST
@signed_in
def rescue(request: HttpRequest, me: Person, case_id: UUID) -> HttpResponse:
    """Do what the line above the run offers."""
    case = seen_case(me, case_id)
    try:
        said = _rescue(request, me, case)
    except Refused as why:
        return did_not_happen(request, why, back=reverse("web:case", args=[case.id]))
    messages.info(request, said)
    return redirect("web:case", case.id)


def _rescue(request: HttpRequest, me: Person, case: Case) -> str:
    match request.POST.get("kind"):
        case "ask":
            who = ask_stand_in(case_id=case.id, step=_posted(request, "step"), by=me.id)
            return f"{who} is asked beside; the first answer counts."
        case "move":
            move_needed_by(case_id=case.id, needed_by=_moment(_posted(request, "until")), by=me.id)
            return "It is moved, and the chase is planned anew."
        case "quiet" | "loud" as kind:
            hear(case_id=case.id, only_if_it_breaks=kind == "quiet", by=me.id)
            return "You hear from us only if it breaks." if kind == "quiet" else "You hear when it is done, too."
        case "accept":
            move_needed_by(case_id=case.id, needed_by=_with_promise(case), by=me.id)
            return "The promise is accepted: it is needed so much later."
        case other:
            raise NotPossible(f'Expected a rescue this page offers, but got "{other}". Go back and press a button.')


def _with_promise(case: Case) -> datetime:
    """Return when a case is needed if a promise that is too late is taken: what follows it keeps its time."""
    plans = status_of(case, at=business_now()).plan.asks
    for plan in plans:
        if plan.late_promise and plan.ask.promised and plan.latest and case.needed_by:
            return plan.ask.promised + (case.needed_by - plan.latest)
    raise NotPossible("Expected a promise that is too late, but there is none any more. Look at the run afresh.")


@require_POST
@signed_in
def answer_question(request: HttpRequest, me: Person, case_id: UUID) -> HttpResponse:
    """Send an answer back on the thread it was asked in."""
    case = seen_case(me, case_id)
    try:
        answer_it(ask_id=_ask_id(_posted(request, "ask")), text=_posted(request, "text"), by=me.id)
    except Refused as why:
        return did_not_happen(request, why, back=reverse("web:case", args=[case.id]))
    messages.info(request, "Your answer is on its way; the chase goes on.")
    return redirect("web:case", case.id)


def _posted(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, "")).strip()


def _instant(request: HttpRequest, me: Person) -> datetime:
    return _moment(instant(_posted(request, "needed_by"), me.zone or settings.DOORSTEP.text("zone")))


def _moment(text: str) -> datetime:
    """Return a moment with its zone.  Raises NotPossible for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotPossible(f'Expected a date and a time, but got "{text}". Choose one.') from error
    if moment.tzinfo is None:
        raise NotPossible(f'Expected a time with its zone, but got "{text}". Go back and press a button.')
    return moment


def _ask_id(text: str) -> UUID:
    """Return the ask a button names.  Raises NotPossible for anything else."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotPossible(f'Expected a button of this page, but got "{text}". Go back and press one.') from error
