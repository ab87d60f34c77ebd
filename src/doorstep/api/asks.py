"""Asks: what waits for the caller, and answering it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from doorstep.api.auth import caller, proof_of
from doorstep.api.cases import CaseFact, Once
from doorstep.api.etag import tagged
from doorstep.api.paging import Cursor, Limit, PageOf, after_id, page
from doorstep.cases.answer_ask import Given
from doorstep.cases.answer_ask import answer as record
from doorstep.cases.clock import business_now
from doorstep.cases.models import Ask
from doorstep.cases.queries import case_of, waits_for_me
from doorstep.cases.rights import may_answer
from doorstep.cases.view import Value, ask_view
from doorstep.people.models import Person

router = Router(tags=["asks"])
MOST = 1000
"""Asks that are looked through for a list: nobody has so many open."""


class AskRow(Schema):
    """Something that waits for the caller; ``for_other``: they stand in for whoever was asked."""

    id: UUID
    case_id: UUID
    title: str
    name: str
    verb: str
    asked_at: datetime
    due_at: datetime | None
    for_other: bool


class Checked(Schema):
    """An item to tick; one that must be so is a killer item."""

    text: str
    must: bool


class AskShown(Schema):
    """An ask whole. ``seen`` goes back with the answer and binds it to what was covered.

    ``beside`` is what an approval may say beside yes, as it holds when nothing is said.
    """

    id: UUID
    case_id: UUID
    title: str
    process: str
    name: str
    verb: str
    state: str
    guidance: str
    covered: list[CaseFact]
    shown: list[CaseFact]
    fields: list[CaseFact]
    beside: list[CaseFact]
    options: list[str]
    outcomes: list[str]
    checklist: list[Checked]
    due_at: datetime | None
    least_proof: str
    seen: str


class Answer(Schema):
    """An answer: its outcome, the facts it gives by name, a remark, the items ticked, ``seen`` and what ``beside`` asks."""

    outcome: Literal["done", "approved", "rejected", "changes wanted"]
    facts: dict[str, str | int | float | bool | list[str] | None] = Field(default_factory=dict)
    comment: str = ""
    ticked: list[str] = Field(default_factory=list)
    beside: dict[str, str] = Field(default_factory=dict)
    seen: str


class Recorded(Schema):
    """What was recorded; ``repeated`` when the same key had recorded it before."""

    case_id: UUID
    outcome: str
    at: datetime
    repeated: bool


@router.get("", response=PageOf[AskRow], summary="List what waits for me")
def list_asks(request: HttpRequest, limit: Limit = 50, cursor: Cursor = "") -> dict[str, Any]:
    """Give what waits for the caller, those they stand in for included, in the order it was asked."""
    start = after_id(cursor)
    rows = waits_for_me(caller(request).id, limit=MOST)
    found = sorted((row for row in rows if start is None or row.ask_id > start), key=lambda row: row.ask_id)
    columns = ("case_id", "title", "name", "verb", "asked_at", "due_at", "for_other")
    return page(
        found[: limit + 1],
        limit=limit,
        key=lambda row: row.ask_id,
        shown=lambda row: {"id": row.ask_id, **{name: getattr(row, name) for name in columns}},
    )


@router.get("/{ask_id}", response=AskShown, summary="Read an ask")
def read_ask(request: HttpRequest, response: HttpResponse, ask_id: UUID) -> dict[str, Any]:
    """Give an ask as its answer page shows it."""
    me = caller(request)
    row = _ask(me, ask_id)
    tagged(request, response, f"{row.covered_hash}-{row.state}-{row.round}-{me.id}")
    view = ask_view(row, reader=me.id)
    return {
        "id": row.id,
        "case_id": row.case_id,
        "title": view.case.title,
        "process": view.process,
        "name": row.name,
        "verb": row.verb,
        "state": row.state,
        "guidance": view.guidance,
        "covered": [_shown(one) for one in view.covered],
        "shown": [_shown(one) for one in view.shown],
        "fields": [_shown(one) for one in view.fields],
        "beside": [{"name": one.name, "text": one.value} for one in view.beside],
        "options": list(view.options),
        "outcomes": [str(one) for one in view.outcomes],
        "checklist": [{"text": item.text, "must": item.killer} for item in view.checklist],
        "due_at": row.due_at,
        "least_proof": row.least_proof,
        "seen": view.seen,
    }


@router.post("/{ask_id}/answer", response=Recorded, summary="Answer an ask")
def answer_it(request: HttpRequest, ask_id: UUID, payload: Answer, once: Once = "") -> dict[str, Any]:
    """Answer as the caller. A token proves as little as a link: an ask that needs more is answered where one signs in."""
    me = caller(request)
    row = _ask(me, ask_id)
    answer = Given(
        ask_id=row.id,
        outcome=payload.outcome,
        by=me.id,
        proof=proof_of(request),
        facts={
            name: value if isinstance(value, (bool, list)) else str(value)
            for name, value in payload.facts.items()
            if value is not None
        },
        seen=payload.seen,
        comment=payload.comment.replace("\0", ""),
        ticked=tuple(payload.ticked),
        said={name: text.replace("\0", "") for name, text in payload.beside.items()},
        key=f"api {me.id} {once}" if once else "",
    )
    done = record(answer, at=business_now())
    return {"case_id": done.case_id, "outcome": done.outcome, "at": done.at, "repeated": done.repeated}


def _ask(me: Person, ask_id: UUID) -> Ask:
    """Return an ask that is somebody's to answer, or of a run they may see.  Raises Http404."""
    row = Ask.objects.filter(id=ask_id).first()
    if row is None:
        raise Http404
    if not may_answer(ask=row, by=me.id, at=business_now()) and case_of(row.case_id, by=me.id) is None:
        raise Http404
    return row


def _shown(value: Value) -> dict[str, str]:
    return {"name": value.name, "text": value.text}
