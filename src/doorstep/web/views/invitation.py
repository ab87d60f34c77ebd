"""The one-time link that makes an account."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from doorstep.people.errors import NotUsable
from doorstep.people.invite import accept, open_invitation
from doorstep.web.screens import show


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a password, then make the account and sign in."""
    try:
        person = open_invitation(token)
    except NotUsable as refused:
        return show(request, "web/refused.html", status=410, heading="This link does not work", why=refused)
    if request.method != "POST":
        return show(request, "web/invited.html", email=person.email)
    try:
        account = accept(token=token, password=str(request.POST.get("password", "")))
    except NotUsable as refused:
        return show(request, "web/invited.html", status=422, email=person.email, problem=refused)
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("web:home")


def forgotten(request: HttpRequest) -> HttpResponse:
    """Say how to get a new password: an account is made and mended by invitation alone."""
    return show(request, "web/forgotten.html")
