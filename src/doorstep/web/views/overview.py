"""A page at a glance: who does what, which systems it uses, where it is used; its flow as a file; the register of controls."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from doorstep.cases.clock import business_now
from doorstep.cases.refusals import Refused
from doorstep.library import queries
from doorstep.library.models import Version
from doorstep.library.programs import program_of
from doorstep.library.using import Controlled, controls, systems_of, used_by
from doorstep.people.models import Person
from doorstep.reading.flow import flow
from doorstep.reading.page import Page
from doorstep.reading.raci import raci
from doorstep.reading.text import read
from doorstep.reading.uses import uses_of
from doorstep.stewardship.save_text import editable
from doorstep.web.files import SANDBOX
from doorstep.web.paging import pages_of
from doorstep.web.screens import show, signed_in
from doorstep.web.spreadsheet import lines
from doorstep.web.views.process import drawn, readable_version

A_PAGE = 100
EVERY = 50_000
COLUMNS = ("Control", "Page", "Step", "Group", "Answers for it", "Address")


@signed_in
def overview(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Show what can be derived from the version in force."""
    version = queries.effective(key, by=me.id)
    if version is None:
        raise Http404
    page, _ = program_of(version.id)
    table = raci(page)
    return show(
        request,
        "web/overview.html",
        at="library",
        process=version.process,
        version=version,
        parties=table.parties,
        rows=[(row.step, [row.letters.get(party, "") for party in table.parties]) for row in table.rows],
        systems=systems_of(version.process),
        controls=[(one.name, one.step) for one in uses_of(page) if one.what == "control"],
        used_by=used_by(version.process, by=me.id),
        flow=drawn(page) if page.steps else "",
    )


@signed_in
def flow_of_version(_request: HttpRequest, me: Person, key: str, number: int) -> HttpResponse:
    """Give the flow picture of a version as a file that stands alone."""
    version: Version = readable_version(me, key, number)
    return _picture(program_of(version.id)[0], f"{key}-{number}.svg")


@signed_in
def flow_of_proposal(_request: HttpRequest, me: Person, proposal_id: UUID) -> HttpResponse:
    """Give the flow picture of a text that is being written."""
    try:
        row = editable(proposal_id, me.id)
    except Refused as refused:
        raise Http404 from refused
    return _picture(read(row.text).page, "draft.svg")


def _picture(page: Page, name: str) -> HttpResponse:
    if not page.steps:
        raise Http404
    response = HttpResponse(flow(page), content_type="image/svg+xml; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


# -- The register of controls ----------------------------------------------------------------------------


@signed_in
def register(request: HttpRequest, me: Person) -> HttpResponse:
    """Show which step of which page carries out which control."""
    pages, words = pages_of(request, size=A_PAGE), _words(request)
    rows, pages = pages.cut(controls(by=me.id, day=business_now().date(), window=pages.window, words=words))
    return show(request, "web/controls.html", at="library", rows=rows, pages=pages, q=words)


@signed_in
def register_csv(request: HttpRequest, me: Person) -> HttpResponse:
    """Give the register as a file for a spreadsheet."""
    found = controls(by=me.id, day=business_now().date(), window=slice(0, EVERY), words=_words(request))
    response = HttpResponse(lines([COLUMNS, *map(_cells, found)]), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="controls.csv"'
    return response


def _cells(one: Controlled) -> tuple[str, ...]:
    return (one.control, one.title, one.step, one.group, one.owner, f"/library/{one.key}/")


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip().replace("\0", "")[:200]
