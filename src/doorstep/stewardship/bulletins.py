"""Bulletins that have come to their end: they are shown no more and wait for the owner's word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from doorstep.library.models import Bulletin, BulletinState, Process
from doorstep.library.who_answers import who_answers
from doorstep.people.prepared import Prepared
from doorstep.stewardship.models import NoteKind
from doorstep.stewardship.note import Told, note
from doorstep.stewardship.own.pointed import on_point_for
from doorstep.stewardship.waits import Waiting

BATCH = 500


# Index: bulletin_ends.
def escalate_ended(at: datetime) -> int:
    """Let bulletins whose end has come wait for the owner of their page; nothing due is one query."""
    return _escalate(at) if _COME(at=at) else 0


def _come(at: datetime) -> QuerySet[Bulletin, Any]:
    return Bulletin.objects.filter(state=BulletinState.SHOWN, ends_at__lte=at).values_list("id")[:1]


_COME = Prepared(_come)


@transaction.atomic
def _escalate(at: datetime) -> int:
    ended = Bulletin.objects.filter(state=BulletinState.SHOWN, ends_at__lte=at).select_for_update(
        skip_locked=True, of=("self",)
    )
    rows = list(ended.select_related("process").order_by("ends_at")[:BATCH])
    if not rows:
        return 0
    Bulletin.objects.filter(id__in=[row.id for row in rows]).update(state=BulletinState.ESCALATED)
    note(list(_told(rows, at)), at=at)
    return len(rows)


def _told(rows: list[Bulletin], at: datetime) -> Iterator[Told]:
    people = who_answers([row.process for row in rows], at=at)
    for row in rows:
        of = row.process
        text = f"A bulletin on “{of.title}” has ended and is shown no more: merge it into the page, or withdraw it."
        path = f"/library/{of.key}/#bulletins"
        if one := people.get(of.id):
            yield Told(one.id, NoteKind.BULLETIN, f"ended {row.id}", text, path=path, about=row.id)


# Index: bulletin_escalated.
def ended_bulletins(person: UUID, at: datetime) -> list[Waiting]:
    """Return the bulletins that ended on pages somebody answers for.  One query, and those of `on_point_for`."""
    return [
        Waiting(
            kind="bulletin",
            path=f"/library/{key}/#bulletins",
            name="Merge or withdraw a bulletin that has ended",
            title=f"{title}: {text[:120]}",
            since=ends_at,
        )
        for key, title, text, ends_at in _ENDED(person=person, roles=list(on_point_for(person, at=at)), at=at)
    ]


def _ended(person: UUID, roles: list[UUID], at: datetime) -> QuerySet[Bulletin, Any]:
    mine = Process.objects.filter(Q(owner=person) | Q(owner_role__among=roles) | Q(custodian=person)).values("id")
    rows = Bulletin.objects.filter(state=BulletinState.ESCALATED, ends_at__lte=at, process__in=mine)
    return rows.order_by("ends_at").values_list("process__key", "process__title", "text", "ends_at")[:200]


_ENDED = Prepared(_ended)
