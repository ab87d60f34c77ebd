"""A process to read: its page in sentences, its flow, its versions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import mark_safe

from doorstep.cases import store
from doorstep.cases.clock import business_now
from doorstep.kernel.values import FileRef
from doorstep.library import bulletins, queries
from doorstep.library.models import Level, Process, Version, VersionState
from doorstep.library.programs import program_of
from doorstep.library.rights import is_leader, is_steward, may_share
from doorstep.library.seen import seen_by
from doorstep.library.starting import may_start, only
from doorstep.library.why import explained, why
from doorstep.people.held import roles_of
from doorstep.people.models import Person
from doorstep.reading.flow import WIDE, Size, flow
from doorstep.reading.page import Page
from doorstep.stewardship.heard import may_hear
from doorstep.stewardship.proposals import open_proposals
from doorstep.web.files import file_response
from doorstep.web.people_named import with_names
from doorstep.web.process_parts import ended_bulletins, is_read_by, next_level, state_words, trust_of, with_bulletins
from doorstep.web.screens import show, signed_in
from doorstep.web.steps import Row, rows_of

_TABLE = re.compile(r"(?m)((?:^[ \t]*\|.*(?:\n|\Z))+)")
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_FACTS = re.compile(r"\|\s*fact\s*\|", re.IGNORECASE)


@signed_in
def process(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Show the version in force; where there is none, say so."""
    version = queries.effective(key, by=me.id)
    return _page(request, me, version) if version else _not_in_force(request, me, key)


@signed_in
def version(request: HttpRequest, me: Person, key: str, number: int) -> HttpResponse:
    """Show one version."""
    return _page(request, me, readable_version(me, key, number))


@signed_in
def text(_request: HttpRequest, me: Person, key: str, number: int) -> HttpResponse:
    """Give a version's text, as it was published."""
    return HttpResponse(readable_version(me, key, number).text, content_type="text/plain; charset=utf-8")


@signed_in
def kept(_request: HttpRequest, me: Person, key: str, number: int) -> HttpResponse:
    """Give the file that a version is: pictures and PDF in a sandbox, everything else as a download."""
    row = readable_version(me, key, number)
    if not row.blob:
        raise Http404
    file = FileRef(name=row.file, sha256=row.blob, media_type=row.media)
    return file_response(file, store.content_of(file))


def readable_version(me: Person, key: str, number: int) -> Version:
    """Return a version that somebody may read: a draft is its author's alone, one in review those who decide, too.

    Raises Http404.
    """
    row = (
        Version.objects.select_related("process")
        .filter(seen_by(me.id, process="process"), process__key=key, number=number)
        .first()
    )
    if row is None or not is_read_by(row, me):
        raise Http404
    return row


def _not_in_force(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Say that a process is obsolete, or that its first version is still to come."""
    row = Process.objects.select_related("obsolete_by", "owner", "owner_role").filter(seen_by(me.id), key=key).first()
    if row is None:
        raise Http404
    states = [VersionState.OBSOLETE, VersionState.APPROVED]
    last = row.versions.filter(state__in=states).defer("text", "identities").order_by("number").last()
    if last is None:
        raise Http404
    owner = queries.owner_of(row, day=business_now().date())
    return show(request, "web/process_gone.html", at="library", process=row, version=last, owner=owner)


def _page(request: HttpRequest, me: Person, version: Version) -> HttpResponse:
    row = queries.process(version.process.key)
    assert row is not None, "a version has its process"
    page, _ = program_of(version.id)
    now = business_now()
    in_force = version.state == VersionState.EFFECTIVE
    shown = bulletins.shown(row.id, at=now) if in_force else {}
    steward = in_force and (is_steward(row, me.id) or me.administrator)
    rows = with_bulletins(_rows(page, version), version.identities, dict(shown))
    return show(
        request,
        "web/process.html",
        at="library",
        process=row,
        version=version,
        page=page,
        prose=_prose(page),
        rows=rows,
        mine=_mine(me, rows),
        trust=trust_of(row, at=now, every=page.card.review, in_force=in_force),
        in_force=in_force,
        state_words=state_words(version),
        bulletins=shown.get("", ()),
        all_bulletins=[one for some in shown.values() for one in some],
        ended=ended_bulletins(row.id) if steward else (),
        step_choices=[(version.identities.get(one.name, one.name), one.name) for one in page.walk()],
        steward=steward,
        leads=steward and (is_leader(row, me.id) or me.administrator),
        next_level=next_level(version),
        picture=version.media in PICTURES,
        **_starting(me, version),
        references=references_of(page),
        flow=drawn(page) if page.steps and version.level == Level.RUN else "",
        proposals=open_proposals(row.id),
        why=explained(row, why(row, me.id)),
        may_share=may_share(row, me.id),
        may_hear=may_hear(row, me.id),
        faults=version.faults if steward else (),
    )


def _rows(page: Page, version: Version) -> tuple[Row, ...]:
    """Return the steps; of a page that is followed nothing is said of who, for it is whoever works through it."""
    rows = with_names(rows_of(page))
    return tuple(replace(row, says="") for row in rows) if version.level == Level.FOLLOWED else rows


def _starting(me: Person, version: Version) -> dict[str, Any]:
    """Say whether a reader may start it, and who alone may."""
    if version.level not in (Level.RUN, Level.FOLLOWED) or version.state != VersionState.EFFECTIVE:
        return {"may_start": False, "only": ""}
    allowed = may_start(process=version.process_id, version=version.id, person=me.id)
    return {"may_start": allowed, "only": only(version.process.key, version.id)}


def _prose(page: Page) -> str:
    """Return the text above the steps, without the table of facts: it is said in the form that starts a run."""
    tables = _TABLE.split(page.body)
    kept = (part for part in tables if not (page.facts and _FACTS.match(part.strip())))
    return "".join(kept).strip()


def drawn(page: Page, statuses: dict[str, str] | None = None, *, size: Size = WIDE) -> str:
    """Return the flow picture, safe to show: everything from the page in it is escaped."""
    return mark_safe(flow(page, statuses, size=size))  # noqa: S308


def references_of(page: Page) -> list[tuple[str, str]]:
    """Return the links the page gives, each once."""
    return list(dict.fromkeys(link for step in page.walk() for link in step.links))


def _mine(me: Person, rows: tuple[Row, ...]) -> list[Row]:
    """Return the steps a reader's roles appear in."""
    names = {role.casefold() for role in roles_of(me.id).values()} | {me.email}
    return [row for row in rows if _who(row).casefold() in names]


def _who(row: Row) -> str:
    card = row.step.card
    addressee = card.who.addressee if card and card.who else None
    return str(getattr(addressee, "name", None) or getattr(addressee, "address", ""))
