"""Processes and their versions: what somebody may meet."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Router, Schema

from doorstep.api.auth import caller
from doorstep.api.etag import tagged
from doorstep.api.paging import Cursor, Limit, PageOf, after, after_number, page
from doorstep.library.models import Process, Version, VersionState
from doorstep.library.programs import meaning_of
from doorstep.library.publish import publish
from doorstep.library.queries import owner_of
from doorstep.library.readable import readable_by
from doorstep.library.seen import seen_by
from doorstep.library.starting import may_start
from doorstep.library.why import explained, why
from doorstep.people.clock import business_now
from doorstep.people.models import Person
from doorstep.reading.differences import differences
from doorstep.reading.sentences import sentence

router = Router(tags=["processes"])
Key = Annotated[str, Path(description="The key of a process, as its address has it.")]
Number = Annotated[int, Path(ge=1, le=1_000_000)]
Words = str


class ProcessRow(Schema):
    """A process in a list. `custodian` looks after what nobody owns."""

    key: str
    title: str
    level: str
    group: str
    owner: str
    custodian: str
    expert: str
    restricted: bool


class StepShown(Schema):
    """A step as readers read it."""

    name: str
    says: str
    guidance: str


class ProcessShown(ProcessRow):
    """A process with its version in force."""

    version: int | None
    effective_from: datetime | None
    review_due: str | None
    may_start: bool
    why: str
    steps: list[StepShown]


class VersionRow(Schema):
    """A version in a list."""

    number: int
    state: str
    hash: str
    materiality: str
    effective_from: datetime | None
    published_at: datetime | None
    published_by: str
    why: str


class VersionShown(VersionRow):
    """A version with its text."""

    text: str


class ChangedStep(Schema):
    """What a step says otherwise, in sentences."""

    step: str
    how: str
    words: list[str]
    before: str
    now: str


class DifferencesShown(Schema):
    """What two versions differ in: the page's own card, and step by step."""

    since: int
    number: int
    page: list[str]
    steps: list[ChangedStep]


class NewVersion(Schema):
    """A page to publish: a new process, or the next version of the one it is of."""

    text: str
    process: str = ""
    effective_from: datetime | None = None
    why: str = ""


class PublishedShown(Schema):
    """What was published; ``new`` is false when it said the same already."""

    key: str
    number: int
    state: str
    new: bool
    faults: list[str]


def _processes(me: Person) -> QuerySet[Process]:
    related = Process.objects.select_related("group", "owner", "owner_role", "custodian", "expert", "expert_role")
    return related.filter(seen_by(me.id)).exclude(versions__state=VersionState.DRAFT)


def process_of(me: Person, key: str) -> Process:
    """Return a process somebody may meet.  Raises Http404."""
    row = _processes(me).filter(key=key).first() if "\0" not in key else None
    if row is None:
        raise Http404
    return row


@router.get("", response=PageOf[ProcessRow], summary="List processes")
def list_processes(request: HttpRequest, q: Words = "", limit: Limit = 50, cursor: Cursor = "") -> dict[str, Any]:
    """Give the processes the caller may meet, by key; `q` are words of title, group or owner."""
    rows = _processes(caller(request)).filter(key__gt=after(cursor)) if cursor else _processes(caller(request))
    for word in q.replace("\0", "").split()[:10]:
        found = Q(title__icontains=word) | Q(group__name__icontains=word)
        rows = rows.filter(found | Q(owner__name__icontains=word) | Q(owner_role__name__icontains=word))
    return page(list(rows.order_by("key")[: limit + 1]), limit=limit, key=lambda row: row.key, shown=_row)


@router.get("/{key}", response=ProcessShown, summary="Read a process")
def read_process(request: HttpRequest, response: HttpResponse, key: Key) -> dict[str, Any]:
    """Give a process as readers read it, with the version in force. Its ETag changes with what is read."""
    me = caller(request)
    row = process_of(me, key)
    version = row.versions.filter(state=VersionState.EFFECTIVE).first()
    tagged(
        request,
        response,
        f"{version.hash if version else ''}-{_row(row)['owner']}-{row.custodian_id}-{row.restricted}-{me.id}",
    )
    read = meaning_of(version.id).page if version else None
    steps = [
        {"name": step.name, "says": sentence(step, read), "guidance": step.guidance}
        for step in (read.walk() if read else ())
        if read
    ]
    return {
        **_row(row),
        "version": version.number if version else None,
        "effective_from": version.effective_from if version else None,
        "review_due": row.review_due.isoformat() if row.review_due else None,
        "may_start": bool(version) and may_start(process=row.id, version=version.id, person=me.id)
        if version
        else False,
        "why": explained(row, why(row, me.id)),
        "steps": steps,
    }


@router.post("", response={201: PublishedShown}, summary="Publish a page")
def publish_page(request: HttpRequest, response: HttpResponse, payload: NewVersion) -> dict[str, Any]:
    """Publish a page of text: a new process, or a version of the process it names or that has its title."""
    done = publish(
        text=payload.text.replace("\r\n", "\n").replace("\0", ""),
        by=caller(request).id,
        process=payload.process,
        effective_from=payload.effective_from,
        why=payload.why,
    )
    shown = {"key": done.key, "number": done.number, "state": done.state, "new": done.new}
    response.status_code = 201
    return {**shown, "faults": [str(fault) for fault in done.faults]}


@router.get("/{key}/versions", response=PageOf[VersionRow], summary="List versions")
def list_versions(request: HttpRequest, key: Key, limit: Limit = 50, cursor: Cursor = "") -> dict[str, Any]:
    """Give the versions of a process, the newest first."""
    before = after_number(cursor)
    rows = _versions(caller(request), key).defer("text", "identities")
    rows = rows.filter(number__lt=before) if before is not None else rows
    found = list(rows.order_by("-number")[: limit + 1])
    return page(found, limit=limit, key=lambda row: row.number, shown=_version_row)


@router.get("/{key}/versions/{number}", response=VersionShown, summary="Read a version")
def read_version(request: HttpRequest, response: HttpResponse, key: Key, number: Number) -> dict[str, Any]:
    """Give one version with its text. A version never changes; its ETag does with its state."""
    row = _version(caller(request), key, number)
    tagged(request, response, f"{row.hash}-{row.state}")
    return {**_version_row(row), "text": row.text}


@router.get("/{key}/versions/{number}/differences", response=DifferencesShown, summary="Compare two versions")
def read_differences(request: HttpRequest, key: Key, number: Number, since: int | None = None) -> dict[str, Any]:
    """Say what a version changed since another (`since`; without it the one before), in sentences, step by step."""
    me = caller(request)
    new = _version(me, key, number)
    if since is None:
        last = _versions(me, key).filter(number__lt=number).order_by("-number").first()
        since = last.number if last else number
    old = _version(me, key, since)
    found = differences(meaning_of(old.id).page, meaning_of(new.id).page, was=old.identities, now=new.identities)
    steps = [
        {"step": one.name, "how": one.how, "words": list(one.words), "before": one.says_before, "now": one.says_now}
        for one in found.steps
    ]
    return {"since": since, "number": number, "page": [one.words for one in found.page], "steps": steps}


def _versions(me: Person, key: str) -> QuerySet[Version]:
    row = process_of(me, key)
    return Version.objects.filter(readable_by(row, me.id), process=row).select_related("published_by")


def _version(me: Person, key: str, number: int) -> Version:
    row = _versions(me, key).filter(number=number).first() if 0 < number < 2**31 else None
    if row is None:
        raise Http404
    return row


def _row(row: Process) -> dict[str, Any]:
    return {
        "key": row.key,
        "title": row.title,
        "level": row.level,
        "group": str(row.group or ""),
        "owner": owner_of(row, day=business_now().date()),
        "custodian": str(row.custodian or ""),
        "expert": str(row.expert or row.expert_role or ""),
        "restricted": row.restricted or bool(row.group and row.group.restricted),
    }


def _version_row(row: Version) -> dict[str, Any]:
    columns = ("number", "state", "hash", "materiality", "effective_from", "published_at", "why")
    return {**{name: getattr(row, name) for name in columns}, "published_by": str(row.published_by or "")}
