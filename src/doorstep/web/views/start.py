"""Starting: a form from the facts, prefilled from a linked record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from doorstep.cases.clock import business_now
from doorstep.cases.naming import value_at
from doorstep.cases.refusals import Refused
from doorstep.cases.saying import said
from doorstep.cases.start_case import start_case
from doorstep.chase.spec import when
from doorstep.library import queries
from doorstep.library.models import Level, Version
from doorstep.library.programs import program_of
from doorstep.library.starting import by_hand, may_start, only
from doorstep.people.calendars import organisation_calendar
from doorstep.people.models import Person
from doorstep.reading import words
from doorstep.reading.facts import STARTER, kinds_of, path_of
from doorstep.reading.page import Fact, Page
from doorstep.web.fields import Input, given, input_for, instant, record_key, shown, with_problems
from doorstep.web.prefill import look_up
from doorstep.web.screens import person_of, show, signed_in


@signed_in
def start(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Ask for what only the starter knows, then start."""
    version = queries.effective(key, by=me.id)
    if version is None or version.level not in (Level.RUN, Level.FOLLOWED):
        raise Http404
    page, _ = program_of(version.id)
    if not may_start(process=version.process_id, version=version.id, person=me.id):
        return _refused(request, version, page)
    zone = me.zone or settings.DOORSTEP.text("zone")
    if request.method == "POST":
        return _start(request, me, version, page, zone=zone)
    return _form(request, version, page)


def _refused(request: HttpRequest, version: Version, page: Page) -> HttpResponse:
    """Say who may start it."""
    key = version.process.key
    why = only(key, version.id)
    why += " Ask one of them to do it, or an owner to grant you the right." if by_hand(key) else ""
    back = reverse("web:process", args=[key])
    return show(request, "web/refused.html", status=403, at="library", heading=page.title, why=why, back=back)


def _start(request: HttpRequest, me: Person, version: Version, page: Page, *, zone: str) -> HttpResponse:
    """Start the case, with what the linked records say read afresh."""
    kinds = {fact.name: fact.kind for fact in asked(page)}
    try:
        facts = given(request, kinds, zone=zone)
        needed = str(request.POST.get("needed_by", "")).strip()
        started = start_case(
            version_id=version.id,
            facts={**facts, **_read_afresh(page, facts)},
            by=me.id,
            needed_by=datetime.fromisoformat(instant(needed, zone)) if needed else None,
            zone=zone,
            key=str(request.POST.get("once", "")),
        )
    except (Refused, ValueError) as refused:
        return _form(request, version, page, problem=str(refused))
    return redirect("web:case", started.case_id)


def _read_afresh(page: Page, facts: Mapping[str, object]) -> dict[str, object]:
    """Return the linked records that were named, with all their fields, where they can be read."""
    named = [fact for fact in asked(page) if fact.kind.name == "record" and isinstance(facts.get(fact.name), str)]
    looked = {fact.name: look_up(fact, str(facts[fact.name])).value for fact in named}
    return {name: value for name, value in looked.items() if value is not None}


def asked(page: Page) -> tuple[Fact, ...]:
    """Return the facts that whoever starts gives."""
    return tuple(fact for fact in page.facts if fact.source.casefold() == STARTER)


def _form(request: HttpRequest, version: Version, page: Page, problem: str = "") -> HttpResponse:
    known, looked = _linked(request, page)
    inputs = tuple(_input(request, fact, known) for fact in asked(page))
    return show(
        request,
        "web/start.html",
        status=422 if problem else 200,
        at="library",
        process=version.process,
        version=version,
        page=page,
        fields=with_problems(inputs, problem, request) if problem else inputs,
        problem=problem,
        looked=looked,
        known=_derived(page, known),
        once=request.POST.get("once") or uuid4().hex,
        lead=_lead(inputs),
        needed_words=page.card.needed_by or "",
        needed_by=_needed_by(request, page),
        whom=whom(page),
    )


def _input(request: HttpRequest, fact: Fact, known: Mapping[str, object]) -> Input:
    """Return the field of a fact; beside a record that was read stands what it is called there."""
    value = request.GET.get(fact.name) or known.get(fact.name)
    field = input_for(fact.name, fact.kind, value=value, required=fact.required)
    if fact.name not in known:
        return field
    return replace(field, hint=f"“{said(known[fact.name])}”, as {fact.kind.system} has it now.")


def _linked(request: HttpRequest, page: Page) -> tuple[dict[str, object], str]:
    """Return what the records named in the address say, and what could not be read."""
    known: dict[str, object] = {}
    why = ""
    for fact in asked(page):
        key = request.GET.get(fact.name, "")
        if fact.kind.name == "record" and key:
            looked = look_up(fact, record_key(key))
            known |= {fact.name: looked.value} if looked.value else {}
            why = looked.why or why
    return known, why


def _derived(page: Page, known: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return the facts that come from fields of the records read, as people see them."""
    currency = page.card.currency or settings.DOORSTEP.text("currency")
    typed = replace(kinds_of(page), currency=currency).read(known)
    found = [(one.name, value_at(typed, ".".join(path_of(one.source)))) for one in page.facts if path_of(one.source)]
    return [(name[:1].upper() + name[1:], said(value)) for name, value in found if value is not None]


def _needed_by(request: HttpRequest, page: Page) -> str:
    """Return when it is needed if the page's words hold, as the input holds it; empty where they need a fact."""
    me = person_of(request)
    zone = ZoneInfo((me.zone if me else "") or settings.DOORSTEP.text("zone"))
    text = page.card.needed_by
    if not text:
        return ""
    now = business_now()
    needed = when(text, start=now, facts={}, calendar=organisation_calendar(at=now), zone=zone, ends=True)
    return shown(needed.astimezone(zone)) if needed else ""


def _lead(inputs: tuple[Input, ...]) -> str:
    if not inputs:
        return "Nothing to fill in. One press, and it runs."
    return "Only what nobody else knows. Everything else is read where it lives."


def whom(page: Page) -> str:
    """Say who will be asked, in the order of the page."""
    cards = [step.card for step in page.walk() if step.card and step.card.who]
    names = dict.fromkeys(words.addressee(card.who.addressee) for card in cards if card.who)
    return words.listed(name.replace("whoever started it", "you") for name in names) or "nobody"
