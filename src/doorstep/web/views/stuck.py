"""Stuck steps: what cannot go on without somebody, and the ways on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from doorstep.cases import queries
from doorstep.cases.asked import node_at, stuck
from doorstep.cases.clock import business_now
from doorstep.cases.event_json import instance_text
from doorstep.cases.gathered import Opened, gather
from doorstep.cases.rights import authority, remember_authorities
from doorstep.people.models import Person
from doorstep.web.paging import pages_of
from doorstep.web.screens import show, signed_in
from doorstep.web.steps import anchor

SHOWN = 50


@dataclass(frozen=True, slots=True)
class StuckRow:
    """A stuck step, why, since when, and whether the reader may mend it."""

    case_id: UUID
    title: str
    key: str
    instance: str
    name: str
    anchor: str
    why: str
    since: datetime | None
    may_mend: bool


@signed_in
def stuck_steps(request: HttpRequest, me: Person) -> HttpResponse:
    """Show every stuck step the reader may see."""
    pages = pages_of(request, size=SHOWN)
    cases, pages = pages.cut(queries.stuck(me.id, window=pages.window))
    now = business_now()
    found = gather(cases, at=now).cases
    remember_authorities({case.process_id for case in cases}, at=now)
    rows = [row for case in cases for row in _rows(found[case.id], me)]
    return show(request, "web/stuck.html", steps=rows, pages=pages)


def _rows(case: Opened, me: Person) -> Iterator[StuckRow]:
    if case.state is None:
        return
    known = authority(case.row.process_id)
    may = me.id in known.owners | known.experts or me.id == case.row.starter
    for key, instance, why in stuck(case.state):
        node = node_at(case.page, case.state, key)
        at = case.state.node(key, instance).at
        place = instance_text(instance)
        yield StuckRow(case.row.id, case.row.title, key, place, node.name, anchor(node.name), why, at, may)
