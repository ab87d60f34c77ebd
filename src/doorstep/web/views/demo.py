"""The demo's own screens: be one of the four people, and let business time pass.

They exist only where the setting `clock` names a demo's clock; everywhere else they are not found.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import login
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from doorstep.cases.clock import business_now, move_ahead
from doorstep.cases.models import Timer
from doorstep.demo import company
from doorstep.demo.contract import contract_pdf
from doorstep.people.models import Person
from doorstep.stewardship.models import Acknowledgement, AcknowledgementState
from doorstep.web.screens import show

HOUR = timedelta(hours=1)


def is_demo() -> bool:
    """Say whether this is a demo: its business time can be moved."""
    return bool(settings.DOORSTEP.text("clock"))


def friday(request: HttpRequest) -> HttpResponse:
    """Say who there is to be, and what each is about to do."""
    _require_demo()
    places = {name: settings.DOORSTEP.text(f"demo.{name}") for name in ("jira", "salesforce", "mail")}
    return show(request, "web/demo.html", places=places, company=company)


def contract(_request: HttpRequest, version: int) -> HttpResponse:
    """Give a contract to attach: the third version, or the fourth with the liability cap amended."""
    _require_demo()
    content = contract_pdf(cap="150 %" if version > 3 else "100 %", version=version)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="contract-v{version}.pdf"'
    return response


@require_POST
def be(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the example's people."""
    _require_demo()
    person = Person.objects.filter(email=request.POST.get("email", ""), account__isnull=False).first()
    if person is None or person.account is None or person.email not in company.BY_EMAIL:
        raise Http404
    login(request, person.account, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(_own(request.POST.get("to", "/")))


@require_POST
def clock(request: HttpRequest) -> HttpResponse:
    """Let an hour pass, or all the time until the next thing is due."""
    _require_demo()
    now = business_now()
    until = next_due(now) if request.POST.get("to") == "due" else None
    move_ahead(max(until - now, timedelta()) + timedelta(seconds=1) if until else HOUR)
    return redirect(_own(request.POST.get("back", "/")))


def _own(target: str) -> str:
    """Return an address of this site, or Home's."""
    return target if target.startswith("/") and not target.startswith("//") else "/"


def next_due(after: datetime) -> datetime | None:
    """Return the next time at which something is due: of a run, or for whoever has a change to see."""
    timers = Timer.objects.filter(state="open", due_at__gt=after).aggregate(at=Min("due_at"))["at"]
    asked = Acknowledgement.objects.filter(state=AcknowledgementState.ASKED, next_at__gt=after)
    return min(filter(None, (timers, asked.aggregate(at=Min("next_at"))["at"])), default=None)


def _require_demo() -> None:
    if not is_demo():
        raise Http404
