"""The versions of a process, and how two of them differ: by step in words, and by text."""

from __future__ import annotations

import itertools
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from doorstep.library.models import Level, Process, Version
from doorstep.library.programs import meaning_of
from doorstep.library.seen import seen_by
from doorstep.people.models import Person
from doorstep.reading.differences import differences
from doorstep.reading.text_differences import text_differences
from doorstep.web.compared import Shown, page_parts, steps_of, without_same
from doorstep.web.paging import pages_of
from doorstep.web.process_parts import read_by
from doorstep.web.screens import show, signed_in

SHOWN = 50
LONGEST = 500
"""Versions offered to compare: the newest."""


@signed_in
def history(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Show who published which version when, why and how much it changed, the newest first."""
    process, rows = _versions(me, key)
    pages = pages_of(request, size=SHOWN)
    found = list(rows[pages.window])
    shown, pages = pages.cut(found)
    earlier = {row.number: before.number for row, before in itertools.pairwise(found)}
    listed = [(row, earlier.get(row.number)) for row in shown]
    return show(request, "web/history.html", at="library", process=process, versions=listed, pages=pages)


@signed_in
def compare(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Show how two versions differ."""
    process, rows = _versions(me, key)
    numbers = list(rows.order_by("-number").values_list("number", flat=True)[:LONGEST])
    if not numbers:
        raise Http404
    now = _chosen(request, "to", rows, numbers[0])
    before = _chosen(request, "from", rows, next((one for one in numbers if one < now.number), now.number))
    return show(
        request,
        "web/compare.html",
        at="library",
        process=process,
        versions=numbers,
        before=before,
        now=now,
        by_text=request.GET.get("by") == "text",
        files=Level.KEPT in (before.level, now.level),
        **_shown(before, now, by_text=request.GET.get("by") == "text"),
    )


def _shown(before: Version, now: Version, *, by_text: bool) -> dict[str, Any]:
    if by_text:
        texts = dict(Version.objects.filter(id__in=[before.id, now.id]).values_list("id", "text"))
        return {"lines": without_same(text_differences(texts[before.id], texts[now.id]))}
    old, new = meaning_of(before.id).page, meaning_of(now.id).page
    found = differences(old, new, was=before.identities, now=now.identities)
    shown: tuple[Shown, ...] = steps_of(found)
    return {"steps": shown, "parts": page_parts(found), "same": not found}


def _versions(me: Person, key: str) -> tuple[Process, QuerySet[Version]]:
    """Return a process and the versions somebody may read of it, the newest first."""
    process = Process.objects.filter(seen_by(me.id), key=key).first()
    if process is None:
        raise Http404
    rows = process.versions.filter(read_by(process, me)).select_related("published_by")
    return process, rows.defer("text", "faults").order_by("-number")


def _chosen(request: HttpRequest, name: str, rows: QuerySet[Version], usual: int) -> Version:
    wanted = request.GET.get(name, "") or str(usual)
    found = rows.filter(number=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 9 else None
    if found is None:
        raise Http404
    return found
