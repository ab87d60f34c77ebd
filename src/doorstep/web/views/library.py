"""The library: all that is published, found by words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse

from doorstep.library import queries
from doorstep.library.models import Level
from doorstep.library.queries import Listed
from doorstep.people.models import Person
from doorstep.web.screens import show, signed_in


@dataclass(frozen=True, slots=True)
class Entry:
    """A process as a row."""

    key: str
    title: str
    line: str
    may_start: bool


@signed_in
def library(request: HttpRequest, me: Person) -> HttpResponse:
    """Show what may be read, by group."""
    words = request.GET.get("q", "").strip()
    listed = [one for one in queries.processes_for(me.id) if _matches(one, words)]
    groups = [(name or "Not in a group", [entry(one) for one in some]) for name, some in groupby(listed, _group)]
    return show(request, "web/library.html", at="library", q=words, groups=groups)


def entry(listed: Listed) -> Entry:
    """Return a process as a row: whose it is, which version, since when."""
    parts = [listed.owner or "no owner", f"version {listed.number}"]
    if listed.mine:
        parts.append("you come in")
    return Entry(listed.key, listed.title, " · ".join(parts), listed.level == Level.RUN)


def _group(listed: Listed) -> str:
    return listed.group


def _matches(listed: Listed, words: str) -> bool:
    found = f"{listed.title} {listed.group} {listed.owner}".casefold()
    return all(word in found for word in words.casefold().split())
