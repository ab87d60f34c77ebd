"""Personal tokens: made for a program, shown once, withdrawn when it is no longer needed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.people.models import Person
from doorstep.people.personal_tokens import Shown, make_token, tokens_of, withdraw_token
from doorstep.web.screens import show, signed_in


@signed_in
def tokens(request: HttpRequest, me: Person) -> HttpResponse:
    """Show the reader's tokens; make one or withdraw one.  A new one stands on the answer to its POST alone."""
    if request.method != "POST":
        return _screen(request, me)
    try:
        if request.POST.get("do") == "make":
            name, writes = str(request.POST.get("name", "")), request.POST.get("may") == "write"
            return _screen(request, me, made=make_token(person=me.id, name=name, writes=writes, by=me.id))
        withdraw_token(token=_id(str(request.POST.get("do", ""))), by=me.id)
    except (NotAllowed, NotUsable) as refused:
        return _screen(request, me, problem=str(refused))
    messages.info(request, "It works no more.")
    return redirect("web:tokens")


def _screen(request: HttpRequest, me: Person, *, made: Shown | None = None, problem: str = "") -> HttpResponse:
    response = show(
        request,
        "web/tokens.html",
        status=422 if problem else 200,
        tokens=tokens_of(me.id),
        made=made,
        problem=problem,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotUsable("Expected a button of this page. Go back and press one.") from error
