"""Three typed lines: what was understood, and the start; the third time, the page that wrote itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from doorstep.cases.channels import MAIL, ways
from doorstep.cases.refusals import NotFound, Refused
from doorstep.people.models import Person
from doorstep.plugin_api.registry import integrations
from doorstep.reading.page import Address, FactKind, Role, Starter, Step
from doorstep.reading.typed import EXAMPLE, Said, Typed
from doorstep.stewardship.alike import alike_to
from doorstep.stewardship.begin_by_mail import title_of
from doorstep.stewardship.models import MailedLines
from doorstep.stewardship.start_mailed import call_off_mailed, files_named, mailed_by, start_mailed
from doorstep.stewardship.work_first import NotUnderstood, start_lines, understood
from doorstep.stewardship.written import written_page
from doorstep.web.fields import KEPT, Input, carried, given, input_for, with_problems
from doorstep.web.screens import show, signed_in
from doorstep.web.views.case import seen_case
from doorstep.web.views.publish import meaning


@dataclass(frozen=True, slots=True)
class Row:
    """A step as it was understood: what is said of it, and where they are asked."""

    sentence: str
    where: str


@dataclass(frozen=True, slots=True)
class Faulty:
    """What is not clear, beside the line it is about; the line is empty when it is about all."""

    line: str
    text: str


@signed_in
def lines(request: HttpRequest, me: Person) -> HttpResponse:
    """Show what typed lines mean; start them once that was seen.  GET shows, it never starts."""
    mailed = _mailed(request, me)
    match request.POST.get("do") if request.method == "POST" else None:
        case "start":
            return _start(request, me, mailed)
        case "call off" if mailed and not mailed.case:
            call_off_mailed(mailed=mailed.id, by=me.id)
            return redirect("web:home")
        case _:
            return _understood(request, me, mailed)


def _mailed(request: HttpRequest, me: Person) -> MailedLines | None:
    """Return the lines that came by mail, where the screen is about some.  Raises Http404 for those of others."""
    key = _sent(request, "mailed")
    try:
        return mailed_by(me.id, UUID(key)) if key else None
    except (ValueError, NotFound) as error:
        raise Http404 from error


def _start(request: HttpRequest, me: Person, mailed: MailedLines | None) -> HttpResponse:
    """Start what was shown; lines changed since then are shown again first."""
    text, title = _sent(request, "text"), _sent(request, "title").strip()
    if text != _sent(request, "seen"):
        return _understood(request, me, mailed, problem="The lines have changed. Look once more, then start.")
    typed = understood(text=text, by=me.id, title=title)
    try:
        facts = given(request, _kinds(typed), zone=me.zone)
        if mailed:
            started = start_mailed(mailed=mailed.id, by=me.id, text=text, facts=facts, title=title)
        else:
            once = str(request.POST.get("once", ""))
            started = start_lines(text=text, by=me.id, facts=facts, title=title, key=once)
    except NotUnderstood:
        return _understood(request, me, mailed)
    except Refused as refused:
        return _understood(request, me, mailed, problem=str(refused))
    return redirect("web:case", started.case_id)


def _sent(request: HttpRequest, name: str) -> str:
    sent = request.POST if request.method == "POST" else request.GET
    return str(sent.get(name, "")).replace("\r\n", "\n")


def _understood(
    request: HttpRequest, me: Person, mailed: MailedLines | None = None, *, problem: str = ""
) -> HttpResponse:
    if mailed and mailed.case:
        return redirect("web:case", mailed.case)
    text = _sent(request, "text") or (mailed.text if mailed else "")
    title = _sent(request, "title").strip() or (title_of(mailed) if mailed else "")
    typed = understood(text=text, by=me.id, title=title) if text.strip() else None
    faults = _faults(text, typed) if typed else []
    came = files_named(mailed, text=text, by=me.id, title=title) if mailed and typed and not faults else {}
    inputs, kept = _inputs(request, typed, problem, came=came) if typed and not faults else ((), [])
    return show(
        request,
        "web/lines.html",
        status=422 if (faults or problem) and request.method == "POST" else 200,
        at="home",
        example=EXAMPLE,
        text=text,
        typed=typed,
        faults=faults,
        rows=_rows(typed) if typed else [],
        ready=typed is not None and not faults,
        fields=inputs,
        kept=kept,
        problem=problem,
        once=_sent(request, "once") or uuid4().hex,
        mailed=mailed,
        came=[file.name for file in came.values()],
    )


def _faults(text: str, typed: Typed) -> list[Faulty]:
    typed_lines = text.splitlines()
    return [
        Faulty(typed_lines[fault.line - 1].strip() if 0 < fault.line <= len(typed_lines) else "", fault.text)
        for fault in typed.faults
    ]


def _kinds(typed: Typed) -> dict[str, FactKind | None]:
    kinds = {fact.name: fact.kind for fact in typed.page.facts}
    return {one.name: kinds.get(one.name) for one in typed.wanted}


def _inputs(
    request: HttpRequest, typed: Typed, problem: str, *, came: Collection[str] = ()
) -> tuple[tuple[Input, ...], list[tuple[str, str]]]:
    """Return a field for each fact the lines need beside the records they name, and files that were sent before."""
    kinds = _kinds(typed)
    kept = [(name, value) for name, value in carried(request, kinds) if name.startswith(KEPT)] if problem else []
    inputs = tuple(
        replace(input_for(one.name, kinds[one.name], value=one.value, required=True), hint=_hint(one.label, one.kind))
        for one in typed.wanted
        if one.kind != "record" and one.name not in came and KEPT + one.name not in dict(kept)
    )
    return (with_problems(inputs, problem, request) if problem else inputs), kept


def _hint(label: str, kind: str) -> str:
    return f"The file you call {label}." if kind == "file" else "Exactly this is what is put to them."


def _rows(typed: Typed) -> list[Row]:
    """Return the steps as understood, each with where they are asked.  A fixed number of queries."""
    steps = {step.name: step for step in typed.page.walk()}
    addresses = [one.who.addressee.address for one in typed.said if isinstance(one.who.addressee, Address)]
    people = {one.email: one for one in Person.objects.addressed(*addresses)} if addresses else {}
    return [Row(f"{one.sentence}.", _where(one, steps.get(one.step), people)) for one in typed.said]


def _where(said: Said, step: Step | None, people: Mapping[str, Person]) -> str:
    """Say where somebody is asked: in the issue named, by what they prefer, by e-mail, else on Home."""
    known = ways()
    card = step.card if step else None
    if card and card.where:
        return f"Asked in {card.where.channel}, on the issue itself."
    mail = "by e-mail" if "e-mail" in known else "on their Home"
    match said.who.addressee:
        case Starter():
            return "Stands on your Home."
        case Role():
            return f"Offered to whoever holds the role, {mail}."
        case Address(address=address):
            person = people.get(address.lower())
            wanted = _system(person, known) if not (card and card.who and card.who.channel) else ""
            return f"Asked {f'in {wanted}' if wanted else mail}{'' if person else f', at {address}'}."
        case _:
            return ""


def _system(person: Person | None, known: Collection[str]) -> str:
    """Return the system somebody wants to be asked in, by its name; empty where that is e-mail, or not connected."""
    wanted = person.channel.lower() if person else ""
    names = {one.system.lower(): one.system for one in integrations().values()}
    return names.get(wanted, "") if wanted in known and wanted != MAIL else ""


# -- The third time ----------------------------------------------------------------------------------


@signed_in
def page(request: HttpRequest, me: Person, case_id: UUID) -> HttpResponse:
    """Show the page that work done three times has written, on the screen that publishes it."""
    case = seen_case(me, case_id)
    alike = alike_to(case) if case.starter == me.id else None
    if alike is None:
        raise Http404
    return meaning(request, me, written_page(alike.cases))
