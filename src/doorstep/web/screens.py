"""What every screen needs: who reads it, in which zone, at what time."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from doorstep.cases.clock import business_now
from doorstep.people.models import Person

P = ParamSpec("P")


def person_of(request: HttpRequest) -> Person | None:
    """Return the person who is signed in, or None for an account without one or a visitor."""
    return getattr(request.user, "person", None) if request.user.is_authenticated else None


def signed_in(
    view: Callable[Concatenate[HttpRequest, Person, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give a view the person who is signed in; others are asked to sign in first."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        me = person_of(request)
        if me is None or (me.left_on and me.left_on <= business_now().date()):
            return show(request, "web/nobody.html", status=403)
        return view(request, me, *args, **kwargs)

    return guarded  # type: ignore[return-value]  # login_required loses the parameters


def show(request: HttpRequest, template: str, *, at: str = "", status: int = 200, **context: Any) -> HttpResponse:
    """Render a screen; ``at`` is its place in the navigation."""
    return render(request, template, {**frame(request), "at": at, **context}, status=status)


def did_not_happen(request: HttpRequest, why: Exception, *, back: str) -> HttpResponse:
    """Say why what was pressed did not happen, and lead back."""
    return show(request, "web/refused.html", status=409, heading="That did not happen", why=why, back=back)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of every screen says: who looks, in which zone, at what time."""
    me = person_of(request)
    now = business_now()
    zone = (me.zone if me else "") or settings.DOORSTEP.text("zone")
    words = (me.name if me else "").split()
    return {
        "me": me,
        "initials": "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper(),
        "administrator": bool(me and me.administrator),
        "zone": zone,
        "now": now,
        "demo": bool(settings.DOORSTEP.text("clock")),
        "now_words": f"{now.astimezone(ZoneInfo(zone)):%A %H:%M}",
        "organisation": settings.DOORSTEP.text("organisation"),
    }
