"""The one-time link that makes an account."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from doorstep.people.errors import NotUsable
from doorstep.people.invite import accept, open_invitation
from doorstep.people.reference import PersonRef
from doorstep.web.screens import show


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a password, then make the account and sign in."""
    try:
        person = open_invitation(token)
    except NotUsable as refused:
        return show(request, "web/refused.html", status=410, heading="This link does not work", why=refused)
    if request.method != "POST":
        return show(request, "web/invited.html", person=person, unnamed=_unnamed(person))
    name = str(request.POST.get("name", "")) if _unnamed(person) else ""
    try:
        account = accept(token=token, password=str(request.POST.get("password", "")), name=name)
    except NotUsable as refused:
        return show(
            request, "web/invited.html", status=422, person=person, unnamed=_unnamed(person), name=name, problem=refused
        )
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("web:home")


def _unnamed(person: PersonRef) -> bool:
    """Say whether all that is known of somebody's name is their address."""
    return person.name == person.email.partition("@")[0]


def forgotten(request: HttpRequest) -> HttpResponse:
    """Say how to get a new password: an account is made and mended by invitation alone."""
    return show(request, "web/forgotten.html")
