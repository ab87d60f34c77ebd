"""A case: its page alive, whether it will make it, what may be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from doorstep.cases import seals
from doorstep.cases.clients import clients_of
from doorstep.cases.clock import business_now
from doorstep.cases.deliver import opened_case
from doorstep.cases.directory import name_of
from doorstep.cases.gathered import Opened
from doorstep.cases.models import Ask, Case
from doorstep.cases.queries import case_of
from doorstep.cases.records import LINK
from doorstep.cases.rights import authority
from doorstep.cases.saying import said
from doorstep.cases.status import status_of
from doorstep.chase.rescues import Rescue
from doorstep.chase.status import WaitingLine
from doorstep.kernel.state import State
from doorstep.kernel.values import FileRef
from doorstep.library import bulletins
from doorstep.library.draft import is_draft_of_one
from doorstep.library.seen import may_meet
from doorstep.people.keys import keys_of
from doorstep.people.models import Person
from doorstep.reading.flow import NARROW
from doorstep.stewardship.alike import alike_to
from doorstep.web.case_rows import Act, Seen, Spot, case_rows
from doorstep.web.history import history_of
from doorstep.web.offered import offer
from doorstep.web.screens import show, signed_in
from doorstep.web.views.process import drawn

TONES: Mapping[str, str] = {"calm": "calm", "waiting": "", "late": "late", "lost": "late", "done": "fine"}


@signed_in
def case(request: HttpRequest, me: Person, case_id: UUID) -> HttpResponse:
    """Show a case whole."""
    context = _context(me, case_id)
    alike = alike_to(seen_case(me, case_id)) if context["mine"] else None
    return show(request, "web/case.html", at="running", offer=offer(alike), **context)


@signed_in
def live(request: HttpRequest, me: Person, case_id: UUID) -> HttpResponse:
    """Show what changes while one looks; nothing when nothing has."""
    row = seen_case(me, case_id)
    if request.GET.get("stamp") == _stamp(row):
        return HttpResponse(status=204)
    return show(request, "web/_case_live.html", **_context(me, case_id))


def _stamp(row: Case) -> str:
    """Return what changes with the run and with the minute: times and the plan are said to the minute."""
    return f"{row.seq} {row.status} {business_now():%d %H:%M}"


def seen_case(me: Person, case_id: UUID) -> Case:
    """Return a case the reader may see; for others there is none."""
    row = case_of(case_id, by=me.id)
    if row is None:
        raise Http404
    return row


def _context(me: Person, case_id: UUID) -> dict[str, Any]:
    row = seen_case(me, case_id)
    now = business_now()
    opened = opened_case(row)
    status = status_of(row, at=now, reader=me.id)
    asks = list(Ask.objects.filter(case_id=row.id).order_by("asked_at", "id"))
    zone = ZoneInfo(me.zone or settings.DOORSTEP.text("zone"))
    mine = row.starter == me.id
    leads = me.id in authority(row.process_id).owners | authority(row.process_id).experts
    shown = bulletins.shown(row.process_id, at=now) if row.status in ("open", "suspended") else {}
    seen = Seen(opened, _by_step(asks), zone, now, _acts(me, row, asks), shown)
    tells = bool(clients_of(opened)) if status.words.rescues and (mine or leads) else False
    rows = case_rows(seen)
    return {
        "case": row,
        "bulletins": shown.get("", ()),
        "stamp": _stamp(row),
        "page": opened.page.page,
        "process_key": opened.page.process_key,
        "may_read": may_meet(row.process_id, me.id),
        "unpublished": is_draft_of_one(opened.page.process_key),
        "number": opened.page.number,
        "mine": mine,
        "starter": name_of(row.starter),
        "headline": status.words.headline,
        "detail": status.words.detail,
        "lines": [line for line in status.words.lines if line.waiting != status.words.headline],
        "holds_up": _held_by_all(status.words.lines),
        "tone": TONES[status.words.tone],
        "rescues": _rescues(row, status.words.rescues, mine=mine, tells=tells) if mine or leads else [],
        "tells": tells,
        "quiet": bool(mine and row.quiet_since and row.status == "open"),
        "questions": _questions(opened, asks) if mine or leads else [],
        "rows": rows,
        "flow": drawn(opened.page.page, _statuses(opened.state), size=NARROW),
        "history": history_of(row.id, opened.page, zone=zone),
        "references": _references(opened),
        "facts": _facts(opened, zone),
        "may_change": (mine or leads) and row.status in ("open", "suspended"),
        "suspended": row.status == "suspended",
        "may_mend": (mine or leads) and row.stuck,
        "like_this": _like_this(row),
    }


def _held_by_all(lines: Sequence[WaitingLine]) -> tuple[str, ...]:
    """Return the steps that every line holds up, to be said once; none where the lines differ."""
    held = {line.holds_up for line in lines}
    return held.pop() if len(held) == 1 and len(lines) > 1 else ()


def _rescues(row: Case, rescues: Sequence[Rescue], *, mine: bool, tells: bool) -> list[Rescue]:
    """Return the rescues a button can do; what it does not do is not said either."""
    kinds = {"ask", "move", "accept", *(("quiet",) if mine and not row.quiet_since else ())}
    return [_promising(one, tells=tells) for one in rescues if one.kind in kinds]


def _promising(rescue: Rescue, *, tells: bool) -> Rescue:
    """Return a rescue that says whom it tells, where there is somebody to tell."""
    if rescue.kind != "move":
        return rescue
    move, _, whom = rescue.label.partition(" and tell ")
    return replace(rescue, label=f"{move} and tell {whom or 'the client'}" if tells else move)


def _by_step(asks: list[Ask]) -> dict[Spot, list[Ask]]:
    found: dict[Spot, list[Ask]] = defaultdict(list)
    for ask in asks:
        found[ask.step, ask.instance].append(ask)
    return found


def _acts(me: Person, row: Case, asks: list[Ask]) -> dict[Spot, tuple[Act, ...]]:
    """Return what the reader may do to each open step: answer it, have it reminded."""
    own = set(keys_of(me.id, at=row.started_at).own)
    change = reverse("web:change", args=[row.id])
    found: dict[Spot, tuple[Act, ...]] = {}
    for ask in asks:
        if ask.state != "open":
            continue
        if ask.person == me.id or own & set(ask.addressee.split(",")):
            found[ask.step, ask.instance] = (Act("Answer", href=reverse("web:ask", args=[ask.id])),)
        elif row.starter == me.id:
            found[ask.step, ask.instance] = (Act("Remind now", post=change, do=f"remind:{ask.id}"),)
    return found


def _questions(opened: Opened, asks: list[Ask]) -> list[dict[str, object]]:
    """Return what was asked back and not yet answered."""
    return [
        {
            "ask_id": ask.id,
            "name": ask.name,
            "who": ask.display,
            "text": seals.unseal(opened.salt, bytes(ask.question)).decode(),
        }
        for ask in asks
        if ask.question and ask.state == "open" and opened.salt
    ]


def _statuses(state: State | None) -> dict[str, str]:
    """Return the statuses the flow picture shows, by key."""
    if state is None:
        return {}
    return {key: node.status for (key, instance), node in state.nodes.items() if not instance}


def _references(opened: Opened) -> list[dict[str, object]]:
    """Return, for each open step, the links its page gives."""
    state = opened.state
    if state is None:
        return []
    alive = {key for (key, _), node in state.nodes.items() if node.status in ("open", "waiting", "stuck")}
    steps = [(key, step) for key, step in opened.page.steps.items() if key in alive and step.links]
    return [
        {"name": step.name, "items": [{"text": text, "href": href} for text, href in step.links]} for _, step in steps
    ]


def _facts(opened: Opened, zone: ZoneInfo) -> list[tuple[str, str, str]]:
    """Return what is known: label, value and where it can be seen."""
    state = opened.state
    if state is None:
        return []
    known = [(fact.name, state.facts.get(fact.name)) for fact in opened.page.page.facts]
    more = [(name, value) for name, value in state.facts.items() if name not in dict(known)]
    return [
        (name[:1].upper() + name[1:], said(value, zone=zone), link_of(opened.row.id, value))
        for name, value in (*known, *more)
        if said(value, zone=zone)
    ]


def link_of(case_id: UUID, value: object) -> str:
    """Return where a fact can be seen: its record, or the file."""
    match value:
        case FileRef(sha256=sha256) if sha256:
            return reverse("web:file", args=[case_id, sha256])
        case Mapping() if str(value.get(LINK) or "").startswith(("http://", "https://")):
            return str(value[LINK])
        case _:
            return ""


def _like_this(row: Case) -> list[dict[str, object]]:
    """Return the last three cases of the process that ended, with how long each took."""
    ended = Case.objects.filter(process_id=row.process_id, starter=row.starter).exclude(id=row.id)
    latest = ended.exclude(closed_at=None).order_by("-closed_at")[:3]
    return [{"id": one.id, "title": one.title, "line": one.status} for one in latest]
