"""Runs: those the caller may see, and starting one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Header, Router, Schema

from doorstep.api.auth import caller
from doorstep.api.etag import tagged
from doorstep.api.paging import Cursor, Limit, PageOf, after_number, page
from doorstep.api.problems import Problem
from doorstep.cases.clock import business_now
from doorstep.cases.models import Case
from doorstep.cases.queries import case_of
from doorstep.cases.rights import cases_seen_by
from doorstep.cases.start_case import start_case
from doorstep.cases.status import statuses
from doorstep.cases.view import CaseView, Value, case_view
from doorstep.library.models import Process
from doorstep.library.queries import effective

router = Router(tags=["cases"])
Status = Literal["open", "suspended", "done", "failed", "cancelled"]
Once = Annotated[
    str, Header(alias="Idempotency-Key", max_length=200, description="The same key again does nothing twice.")
]


class CaseRow(Schema):
    """A run in a list; ``line`` says what it waits for, as a colleague would."""

    id: UUID
    number: int
    title: str
    process: str
    status: str
    started_at: datetime
    needed_by: datetime | None
    closed_at: datetime | None
    line: str
    revision: int


class CaseStep(Schema):
    """A step as far as it has come."""

    key: str
    name: str
    status: str
    outcome: str
    by: str
    at: datetime | None
    late: bool


class CaseFact(Schema):
    """A fact as people read it."""

    name: str
    text: str


class CaseShown(CaseRow):
    """A run whole."""

    version: int
    starter: str
    headline: str
    steps: list[CaseStep]
    facts: list[CaseFact]


class NewCase(Schema):
    """What starts a run: a process by key, and the facts that whoever starts gives, by name."""

    process: str
    facts: dict[str, str | int | float | bool | list[str] | None] = Field(default_factory=dict)
    needed_by: datetime | None = None


class Begun(Schema):
    """The run that was started; ``repeated`` when the same key had started it before."""

    id: UUID
    number: int
    repeated: bool


@router.get("", response=PageOf[CaseRow], summary="List runs")
def list_cases(
    request: HttpRequest, *, status: Status | None = None, process: str = "", limit: Limit = 50, cursor: Cursor = ""
) -> dict[str, Any]:
    """Give the runs the caller may see, the latest first; of one process, or in one status, when asked."""
    me = caller(request)
    now = business_now()
    rows = cases_seen_by(me.id, at=now)
    before = after_number(cursor)
    rows = rows.filter(number__lt=before) if before is not None else rows
    rows = rows.filter(status=status) if status else rows
    if process:
        rows = rows.filter(process_id__in=Process.objects.filter(key=process.replace("\0", "")).values("id"))
    found = list(rows.order_by("-number")[: limit + 1])
    said = statuses(found[:limit], at=now, reader=me.id) if found else {}
    keys = dict(Process.objects.filter(id__in={row.process_id for row in found}).values_list("id", "key"))

    def shown(row: Case) -> dict[str, Any]:
        return {**_row(row, keys.get(row.process_id, "")), "line": said[row.id].words.headline}

    return page(found, limit=limit, key=lambda row: row.number, shown=shown)


@router.get("/{case_id}", response=CaseShown, summary="Read a run")
def read_case(request: HttpRequest, response: HttpResponse, case_id: UUID) -> dict[str, Any]:
    """Give a run whole: what it waits for, its steps, what is known. Its revision and ETag change with every event."""
    me = caller(request)
    row = case_of(case_id, by=me.id)
    if row is None:
        raise Http404
    tagged(request, response, f"{row.seq}-{business_now():%Y%m%d%H%M}-{me.id}")
    view = case_view(row, reader=me.id, at=business_now())
    key = Process.objects.filter(id=row.process_id).values_list("key", flat=True).first() or ""
    return {
        **_row(row, key),
        "line": view.status.words.headline,
        "headline": view.status.words.headline,
        "version": view.version,
        "starter": view.starter,
        "steps": _steps(view),
        "facts": [_fact(one) for one in view.facts if one.text],
    }


@router.post("", response={201: Begun}, summary="Start a run")
def begin_case(request: HttpRequest, response: HttpResponse, payload: NewCase, once: Once = "") -> dict[str, Any]:
    """Start a run of the version of a process that is in force, with the caller's rights. Files are given on the page."""
    me = caller(request)
    version = effective(payload.process.replace("\0", ""), by=me.id)
    if version is None:
        raise Problem(404, f'Expected the key of a process in force, but there is no "{payload.process[:80]}" for you.')
    if payload.needed_by and payload.needed_by.tzinfo is None:
        raise Problem(422, "Expected a time with its zone in needed_by, such as 2026-03-06T18:00:00-05:00. Add it.")
    started = start_case(
        version_id=version.id,
        facts=_facts(payload.facts),
        by=me.id,
        needed_by=payload.needed_by,
        zone=me.zone,
        key=once,
    )
    response.status_code = 201
    return {"id": started.case_id, "number": started.number, "repeated": started.repeated}


def _facts(given: Mapping[str, object]) -> dict[str, object]:
    """Return facts as they are typed on a page: numbers as text, which keeps their decimals."""
    plain = (bool, str, list)
    return {name: value if value is None or isinstance(value, plain) else str(value) for name, value in given.items()}


def _row(row: Case, process: str) -> dict[str, Any]:
    columns = ("id", "number", "title", "status", "started_at", "needed_by", "closed_at")
    return {**{name: getattr(row, name) for name in columns}, "process": process, "revision": row.seq}


def _steps(view: CaseView) -> list[dict[str, Any]]:
    return [
        {
            "key": one.key,
            "name": one.public_name,
            "status": one.node.status,
            "outcome": one.node.outcome or "",
            "by": one.by,
            "at": one.node.at,
            "late": one.node.late,
        }
        for one in view.steps
    ]


def _fact(value: Value) -> dict[str, str]:
    return {"name": value.name, "text": value.text}
