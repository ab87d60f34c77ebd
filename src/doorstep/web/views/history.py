"""The versions of a process, and how two of them differ: by step in words, and by text."""

from __future__ import annotations

import itertools
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from doorstep.library.models import Level, Process, Version
from doorstep.library.programs import meaning_of
from doorstep.library.seen import seen_by
from doorstep.people.models import Person
from doorstep.reading.differences import differences
from doorstep.reading.text_differences import text_differences
from doorstep.web.compared import Shown, page_parts, steps_of, without_same
from doorstep.web.process_parts import is_read_by
from doorstep.web.screens import show, signed_in

LONGEST = 500


@signed_in
def history(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Show who published which version when, why and how much it changed.  Three queries."""
    process, rows = _versions(me, key)
    earlier = {row.number: before.number for row, before in itertools.pairwise(rows)}
    listed = [(row, earlier.get(row.number)) for row in rows[:LONGEST]]
    return show(request, "web/history.html", at="library", process=process, versions=listed)


@signed_in
def compare(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Show how two versions differ."""
    process, rows = _versions(me, key)
    if not rows:
        raise Http404
    now = _chosen(request, "to", rows, rows[0])
    earlier = [row for row in rows if row.number < now.number]
    before = _chosen(request, "from", rows, earlier[0] if earlier else now)
    return show(
        request,
        "web/compare.html",
        at="library",
        process=process,
        versions=rows,
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


def _versions(me: Person, key: str) -> tuple[Process, list[Version]]:
    """Return a process and the versions somebody may read of it, the newest first."""
    process = Process.objects.filter(seen_by(me.id), key=key).first()
    if process is None:
        raise Http404
    rows = process.versions.select_related("published_by", "process").defer("text", "faults").order_by("-number")
    return process, [row for row in rows if is_read_by(row, me)]


def _chosen(request: HttpRequest, name: str, rows: list[Version], usual: Version) -> Version:
    wanted = request.GET.get(name, "")
    if not wanted:
        return usual
    found = next((row for row in rows if str(row.number) == wanted), None)
    if found is None:
        raise Http404
    return found
