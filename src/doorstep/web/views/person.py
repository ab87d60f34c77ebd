"""A person: who may answer for them, and who they are in connected systems."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from doorstep.cases.allow_assistant import allow_assistant
from doorstep.cases.clock import business_now
from doorstep.connections.models import Connection
from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.people.models import Assistant, AssistantWish, ExternalAccount, Person
from doorstep.people.name_assistant import dismiss_assistant, name_assistant
from doorstep.people.recognise import person_of as addressed
from doorstep.people.rights import is_administrator
from doorstep.people.set_account import set_account
from doorstep.plugin_api.registry import integrations
from doorstep.stewardship.monday_mail import wants_mondays
from doorstep.web.screens import show, signed_in


@signed_in
def person(request: HttpRequest, me: Person, person_id: UUID) -> HttpResponse:
    """Show a person to themselves and to administrators."""
    row = _seen(me, person_id)
    wishes = AssistantWish.objects.filter(person=row, granted=None).select_related("assistant")
    helpers = Assistant.objects.filter(person=row).select_related("assistant")
    accounts = list(ExternalAccount.objects.filter(person=row).order_by(Lower("system")))
    return show(
        request,
        "web/person.html",
        person=row,
        self=row.id == me.id,
        wishes=wishes.order_by("wished_at", "id"),
        helpers=helpers.order_by("assistant__name", "id"),
        accounts=accounts,
        systems=_systems({one.system.casefold() for one in accounts}),
        may_set_accounts=is_administrator(me.id),
        mondays=wants_mondays(row.id),
    )


def _systems(taken: set[str]) -> list[str]:
    """Return the connected systems, and those in the box, that have no account of theirs yet."""
    known = {kind: one.system for kind, one in integrations().items() if one.connector is not None}
    connected = [
        known[kind] for kind in Connection.objects.order_by("kind").values_list("kind", flat=True) if kind in known
    ]
    return [one for one in dict.fromkeys((*connected, *known.values())) if one.casefold() not in taken]


def _seen(me: Person, person_id: UUID) -> Person:
    """Return a person the reader may see whole; for others there is none."""
    row = Person.objects.filter(id=person_id).first()
    if row is None or (row.id != me.id and not is_administrator(me.id)):
        raise Http404
    return row


@require_POST
@signed_in
def change(request: HttpRequest, me: Person, person_id: UUID) -> HttpResponse:
    """Answer whether somebody may answer for them, dismiss an assistant, name one, or set an account."""
    row = _seen(me, person_id)
    try:
        messages.info(request, _done(me, row, request))
    except (NotAllowed, NotUsable, ValueError) as refused:
        messages.error(request, str(refused))
    return redirect("web:person", row.id)


def _done(me: Person, row: Person, request: HttpRequest) -> str:
    """Do one thing; return what was done, in words."""
    do, _, what = str(request.POST.get("do", "")).partition(":")
    match do:
        case "yes" | "no":
            wish = allow_assistant(wish=UUID(what), granted=do == "yes", by=me.id, at=business_now())
            may = "may answer such things for you now" if wish.granted else "may not answer for you"
            return f"{wish.assistant.name} {may}."
        case "dismiss":
            dismiss_assistant(person=row.id, assistant=UUID(what), by=me.id)
            return "They no longer answer for you." if row.id == me.id else f"They no longer answer for {row.name}."
        case "name":
            return _named(me, row, str(request.POST.get("address", "")))
        case "account":
            system = str(request.POST.get("system", "")).strip()
            account = str(request.POST.get("account", "")).strip()
            set_account(person=row.id, system=system, external_id=account, by=me.id)
            return f"{row.name} is {account} in {system}." if account else f"{row.name} has no account in {system} now."
        case _:
            raise NotUsable(f"Expected something that can be done here, but got “{do}”. Press one of the buttons.")


def _named(me: Person, row: Person, address: str) -> str:
    """Name an assistant by their address."""
    found = addressed(address)
    if found is None or found.outside:
        raise NotUsable(f"Expected the address of somebody on record here, but got “{address}”. Import them first.")
    name_assistant(person=row.id, assistant=found.id, by=me.id)
    return f"{found.name} may answer for {'you' if row.id == me.id else row.name}."
