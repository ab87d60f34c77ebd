"""Connections, routes and what they need, edited on screen."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from doorstep.cases.clock import business_now
from doorstep.connections import queries
from doorstep.connections.add import add
from doorstep.connections.change import change
from doorstep.connections.errors import NotUsable
from doorstep.connections.models import Connection, Pull, Route
from doorstep.connections.pause import pause
from doorstep.connections.pull import pull
from doorstep.connections.resume import resume
from doorstep.connections.routes import set_route
from doorstep.connections.secrets import opened_all
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person
from doorstep.people.rights import is_administrator
from doorstep.plugin_api.registry import Integration, integrations
from doorstep.web.screens import show, signed_in


@signed_in
def connections(request: HttpRequest, me: Person) -> HttpResponse:
    """Show every connection and whether it works."""
    if not is_administrator(me.id):
        return _refused(request, "Only an administrator sees the connections.")
    rows = Connection.objects.order_by("name")
    systems = {kind: known.system for kind, known in sorted(integrations().items())}
    return show(request, "web/connections.html", connections=rows, systems=systems)


@signed_in
def connection(request: HttpRequest, me: Person, name: str) -> HttpResponse:
    """Show and change one connection; ``new`` adds one."""
    if not is_administrator(me.id):
        return _refused(request, "Only an administrator changes connections.")
    row = None if name == "new" else queries.named(name)
    kind = row.kind if row else str(request.POST.get("kind") or request.GET.get("kind", ""))
    if (row is None and name != "new") or kind not in integrations():
        raise Http404
    if request.method != "POST":
        return _form(request, integrations()[kind], row)
    try:
        return _done(request, me, integrations()[kind], row)
    except (NotUsable, NotAllowed) as refused:
        return _form(request, integrations()[kind], row, problem=str(refused))


def _done(request: HttpRequest, me: Person, known: Integration, row: Connection | None) -> HttpResponse:
    """Call the one verb the button names."""
    do = request.POST.get("do")
    if row is not None and do == "pause":
        pause(connection=row.id, why=f"{me.name} paused it.", at=business_now())
    elif row is not None and do == "resume":
        resume(connection=row.id, by=me.id)
    elif row is not None and do in {"pull", "pull all the same"}:
        messages.info(request, str(pull(connection=row.id, by=me.id, at=business_now(), sweeping=do != "pull")))
    elif row is not None and do == "route":
        where = _lines(str(request.POST.get("where", "")))
        set_route(connection=row.id, target=where, by=me.id, role=str(request.POST.get("role", "")))
    else:
        row = _saved(request, me, known, row)
        messages.info(request, f"{row.name} is saved.")
    return redirect("web:connection", row.name)


def _saved(request: HttpRequest, me: Person, known: Integration, row: Connection | None) -> Connection:
    """Add or change the connection with what the form gives."""
    named = {asked.name: str(request.POST.get(f"ask-{asked.name}", "")).strip() for asked in known.asks}
    config = {asked.name: _value(named[asked.name]) for asked in known.asks if not asked.secret and named[asked.name]}
    secrets = {asked.name: named[asked.name] for asked in known.asks if asked.secret and named[asked.name]}
    rate = str(request.POST.get("rate", "")).strip()
    limit = int(rate) if rate.isdigit() and int(rate) else None
    private = "allow_private" in request.POST
    more = {**config, **_lines(str(request.POST.get("more", "")))}
    if row is None:
        name = str(request.POST.get("name", ""))
        return add(
            name=name,
            kind=known.kind,
            by=me.id,
            config=more,
            secrets=secrets,
            allow_private=private,
            rate_per_minute=limit,
        )
    return change(
        connection=row.id, by=me.id, config=more, secrets=secrets, allow_private=private, rate_per_minute=limit
    )


def _value(text: str) -> object:
    """Return what was typed: a number or yes and no as such, commas as a list only where the integration says so."""
    return int(text) if text.isdigit() else {"yes": True, "no": False}.get(text, text)


def _lines(text: str) -> dict[str, str]:
    """Return ``name = value`` lines.  Raises NotUsable for another line."""
    pairs: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, sign, value = line.partition("=")
        if not sign:
            raise NotUsable(f'Expected "name = value" on each line, but one is "{line}".')
        pairs[name.strip()] = value.strip()
    return pairs


def _form(request: HttpRequest, known: Integration, row: Connection | None, problem: str = "") -> HttpResponse:
    """Show the settings an integration asks for."""
    config = dict(row.config) if row else {}
    set_secrets = opened_all(row.secrets).keys() if row else ()
    asks: list[dict[str, Any]] = [
        {
            "ask": asked,
            "value": request.POST.get(f"ask-{asked.name}", "" if asked.secret else _said(config.pop(asked.name, ""))),
            "set": asked.name in set_secrets,
        }
        for asked in known.asks
    ]
    folded = [one for one in asks if one["ask"].seldom and not (one["value"] or one["set"])]
    routes = Route.objects.filter(connection=row) if row and not known.directory else None
    return show(
        request,
        "web/connection.html",
        status=422 if problem else 200,
        heading=row.name if row else f"Connect {known.system}",
        problem=problem,
        connection=row,
        name=row.name if row else request.POST.get("name", known.system),
        kind=known.kind,
        asks=[one for one in asks if one not in folded],
        folded=folded,
        more="\n".join(f"{name} = {value}" for name, value in config.items()),
        rate=row.rate_per_minute if row else "",
        allow_private=row.allow_private if row else False,
        routes=routes,
        system=known.system,
        webhook=_webhook(row, known),
        is_directory=bool(row and known.directory),
        pulled=Pull.objects.filter(connection=row).first() if row else None,
    )


def _webhook(row: Connection | None, known: Integration) -> str:
    """Return the address to paste into a system that signs its calls; the others are polled."""
    signs = any(asked.name == "webhook_secret" for asked in known.asks)
    return f"{settings.DOORSTEP.text('base_url').rstrip('/')}/hooks/{row.name}" if row and signs else ""


def _said(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    return show(request, "web/refused.html", status=403, heading="Not for you", why=why)
