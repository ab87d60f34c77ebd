"""Looking after a page: it is still right, it is obsolete, it has a bulletin."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from doorstep.library.errors import NotUsable
from doorstep.library.issue_bulletin import issue_bulletin
from doorstep.library.make_obsolete import make_obsolete
from doorstep.library.models import BulletinState
from doorstep.library.renew_bulletin import renew_bulletin
from doorstep.library.seen import meets
from doorstep.library.settle_bulletin import settle_bulletin
from doorstep.people import errors as people
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person
from doorstep.stewardship.own.review import say_right as say_right_verb
from doorstep.web.screens import show, signed_in


@require_POST
@signed_in
def say_right(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Take down that a page is still right."""
    said = "Thank you. It is taken down that this is still right."
    return done(request, me, key, lambda: say_right_verb(process=key, by=me.id), said=said)


@require_POST
@signed_in
def obsolete(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Make a process obsolete."""
    why = str(request.POST.get("why", ""))
    return done(request, me, key, lambda: make_obsolete(process=key, why=why, by=me.id), said="It is obsolete now.")


@require_POST
@signed_in
def bulletin(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Issue, renew or end a bulletin."""
    do = str(request.POST.get("do", ""))
    if do == "issue":
        text, step = str(request.POST.get("text", "")), str(request.POST.get("step", ""))
        said = "It is shown wherever the step is shown, for 14 days."
        return done(request, me, key, lambda: issue_bulletin(process=key, text=text, step=step, by=me.id), said=said)
    try:
        row = UUID(str(request.POST.get("bulletin", "")))
    except ValueError as none:
        raise Http404 from none
    if do == "renew":
        return done(request, me, key, lambda: renew_bulletin(bulletin=row, by=me.id), said="Shown for 14 days more.")
    if do not in (BulletinState.MERGED, BulletinState.WITHDRAWN):
        raise Http404
    said = "The bulletin is no longer shown."
    return done(request, me, key, lambda: settle_bulletin(bulletin=row, how=BulletinState(do), by=me.id), said=said)


def done(request: HttpRequest, me: Person, key: str, act: Callable[[], object], *, said: str) -> HttpResponse:
    """Do something to a page that somebody meets, and show it again; a refusal says why."""
    if not meets(key, me.id):
        raise Http404
    back = reverse("web:process", args=[key])
    try:
        act()
    except (NotAllowed, NotUsable, people.NotUsable) as refused:
        status = 403 if isinstance(refused, NotAllowed) else 422
        return show(request, "web/refused.html", status=status, heading="Not done", why=refused, back=back)
    messages.info(request, said)
    return redirect(back)
