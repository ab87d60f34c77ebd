"""A process to read: its page in sentences, its flow, its versions."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import mark_safe

from doorstep.cases.models import Case
from doorstep.cases.rights import authority
from doorstep.library import queries
from doorstep.library.models import Level, Version, VersionState
from doorstep.library.programs import program_of
from doorstep.people.models import Membership, Person
from doorstep.reading.flow import flow
from doorstep.reading.page import Page
from doorstep.web.screens import show, signed_in
from doorstep.web.steps import Row, rows_of

_TABLE = re.compile(r"(?m)((?:^[ \t]*\|.*(?:\n|\Z))+)")
_FACTS = re.compile(r"\|\s*fact\s*\|", re.IGNORECASE)


@signed_in
def process(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Show the version in force."""
    version = queries.effective(key)
    if version is None:
        raise Http404
    return _page(request, me, version)


@signed_in
def version(request: HttpRequest, me: Person, key: str, number: int) -> HttpResponse:
    """Show one version."""
    return _page(request, me, _version(me, key, number))


@signed_in
def text(_request: HttpRequest, me: Person, key: str, number: int) -> HttpResponse:
    """Give a version's text, as it was published."""
    return HttpResponse(_version(me, key, number).text, content_type="text/plain; charset=utf-8")


def _version(me: Person, key: str, number: int) -> Version:
    """Return a version that somebody may read; a draft is its author's alone."""
    row = Version.objects.select_related("process").filter(process__key=key, number=number).first()
    if row is None or (row.state == VersionState.DRAFT and row.published_by_id != me.id):
        raise Http404
    return row


def _page(request: HttpRequest, me: Person, version: Version) -> HttpResponse:
    row = queries.process(version.process.key)
    assert row is not None, "a version has its process"
    page, _ = program_of(version.id)
    rows = rows_of(page)
    runs = Case.objects.filter(process_id=row.id)
    known = authority(row.id)
    return show(
        request,
        "web/process.html",
        at="library",
        process=row,
        version=version,
        page=page,
        prose=_prose(page),
        runs=row.level == Level.RUN,
        rows=rows,
        mine=_mine(me, rows),
        owner=row.owner or row.owner_role,
        expert=row.expert or row.expert_role,
        running=runs.filter(status__in=("open", "suspended")).count(),
        finished=runs.filter(status="done").count(),
        superseded=version.state != VersionState.EFFECTIVE,
        may_start=row.level == Level.RUN and version.state == VersionState.EFFECTIVE,
        references=references_of(page),
        versions=queries.versions_of(row.key),
        flow=drawn(page) if page.steps else "",
        faults=version.faults if me.id in known.owners | known.experts or me.administrator else (),
    )


def _prose(page: Page) -> str:
    """Return the text above the steps, without the table of facts: it is said in the form that starts a run."""
    tables = _TABLE.split(page.body)
    kept = (part for part in tables if not (page.facts and _FACTS.match(part.strip())))
    return "".join(kept).strip()


def drawn(page: Page, statuses: dict[str, str] | None = None) -> str:
    """Return the flow picture, safe to show: everything from the page in it is escaped."""
    return mark_safe(flow(page, statuses))  # noqa: S308


def references_of(page: Page) -> list[tuple[str, str]]:
    """Return the links the page gives, each once."""
    return list(dict.fromkeys(link for step in page.walk() for link in step.links))


def _mine(me: Person, rows: tuple[Row, ...]) -> list[Row]:
    """Return the steps a reader's roles appear in."""
    roles = Membership.objects.filter(person=me).values_list("role__name", flat=True)
    names = {role.casefold() for role in roles} | {me.email}
    return [row for row in rows if _who(row).casefold() in names]


def _who(row: Row) -> str:
    card = row.step.card
    addressee = card.who.addressee if card and card.who else None
    return str(getattr(addressee, "name", None) or getattr(addressee, "address", ""))
