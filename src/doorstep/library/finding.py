"""The library as a list: what a reader meets, by group, found by words, level and state; a page at a time.

Every list here is a fixed number of queries, however many processes there are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from doorstep.library.models import Process, Use, Version, VersionState
from doorstep.library.models.use import What
from doorstep.library.models.version import WORDS
from doorstep.library.queries import ANSWERING, Listed, listed
from doorstep.library.seen import seen_by
from doorstep.people.held import roles_of
from doorstep.people.models import Person
from doorstep.people.rights import Doer

ATTENTION: list[Callable[[], Q]] = []
"""Filled by the floors above when Django is ready: what they know that a process lacks, as a condition on processes."""

MOST_WORDS = 12
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader looks for.  ``attention``: nobody owns it, its owner left, its review is overdue, or `ATTENTION`."""

    words: str = ""
    group: str = ""  # the id of a group, or "none"
    level: str = ""
    mine: bool = False
    attention: bool = False
    system: str = ""  # those that use it


@dataclass(frozen=True, slots=True)
class GroupCount:
    """A group with the number of its processes that fit; ``id`` is "none" for those in no group."""

    id: str
    name: str
    count: int


def find(wanted: Wanted, *, by: Doer, day: date, window: slice) -> tuple[Listed, ...]:
    """Return the processes that fit, those whose title has the words first, then by group and title.  Three queries.

    The page is found before its rows are read, so that owners are looked up for what is shown alone.
    """
    rows = _fitting(wanted, by=by, day=day)
    named = Q()
    for word in _words(wanted.words):
        named &= Q(process__title__icontains=word)
    rows = rows.annotate(
        rank=Case(When(named, then=0), default=1, output_field=IntegerField()) if wanted.words else Value(0)
    )
    ordered = rows.order_by("rank", F("process__group__name").asc(nulls_last=True), "process__title", "id")
    page = list(ordered.values_list("id", flat=True)[window])
    related = Version.objects.filter(id__in=page).annotate(mine=_mine(by)).defer("text", "identities", "faults")
    with_them = related.select_related(*ANSWERING, "process__group")
    read = {row.id: listed(row, day=day) for row in with_them}
    return tuple(read[one] for one in page)


def groups(wanted: Wanted, *, by: Doer, day: date) -> Sequence[GroupCount]:
    """Return the groups with how many of their processes fit, in the order of their names.  Two queries."""
    rows = _fitting(replace(wanted, group=""), by=by, day=day)
    counted = rows.values("process__group", "process__group__name").annotate(count=Count("id"))
    ordered = counted.order_by(F("process__group__name").asc(nulls_last=True))
    return [
        GroupCount(str(row["process__group"] or "none"), row["process__group__name"] or "Not in a group", row["count"])
        for row in ordered
    ]


def _fitting(wanted: Wanted, *, by: Doer, day: date) -> QuerySet[Version]:
    """Select the versions in force of what a reader meets and looks for.  Index: version_words."""
    rows = Version.objects.filter(seen_by(by, process="process"), state=VersionState.EFFECTIVE)
    if wanted.words:
        rows = rows.filter(id__in=_with_words(wanted.words).values("id"))
    if wanted.group:
        rows = rows.filter(process__group=_id(wanted.group))
    if wanted.level:
        rows = rows.filter(level=wanted.level)
    if wanted.system:
        rows = rows.filter(process__in=Use.objects.filter(what=What.SYSTEM, name=wanted.system).values("process"))
    if wanted.mine:
        rows = rows.filter(_mine(by))
    return rows.filter(_needs_attention(day)) if wanted.attention else rows


def _with_words(text: str) -> QuerySet[Version]:
    """Select what has every word, or one that begins so, in its title, its steps or its text."""
    in_force = Version.objects.filter(state=VersionState.EFFECTIVE)
    words = _words(text)
    if not words:
        return in_force.none()
    query = SearchQuery(" & ".join(f"{word}:*" for word in words), config="english", search_type="raw")
    return in_force.annotate(found=WORDS).filter(found=query)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)[:MOST_WORDS]


def _mine(by: Doer) -> Q:
    """Select what concerns somebody: their roles appear in it, or they own or know it."""
    if by is None:
        return Q(id__in=[])
    roles = list(roles_of(by))
    leads = Q(process__owner=by) | Q(process__expert=by) | Q(process__custodian=by)
    holds = Q(process__owner_role__in=roles) | Q(process__expert_role__in=roles)
    named = Process.roles.through.objects.filter(process=OuterRef("process"), role__in=roles)
    return leads | holds | Q(Exists(named))


def _needs_attention(day: date) -> Q:
    nobody = Q(process__owner=None, process__owner_role=None)
    left = Person.objects.filter(id=OuterRef("process__owner"), left_on__lte=day)
    found = nobody | Q(process__custodian__isnull=False) | Q(process__review_due__lt=day) | Q(Exists(left))
    for one in ATTENTION:
        found |= Q(process__in=Process.objects.filter(one()).values("id"))
    return found


def _id(text: str) -> UUID | None:
    """Return the id of a group; what is none selects nothing, for no group has it."""
    if text == "none":
        return None
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
