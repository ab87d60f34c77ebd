"""Who may start a process: everybody who meets it, or whom Starts names and whoever was granted the right.

Nobody starts by hand what a floor above starts for them: it puts the key of such a page into `STARTED_BY`.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from doorstep.library.models import Grant, Process
from doorstep.library.models.grant import Right
from doorstep.library.programs import meaning_of
from doorstep.library.rights import is_restricted
from doorstep.library.seen import seen_by
from doorstep.library.why import allows, why
from doorstep.people.held import roles_of
from doorstep.people.models import Person
from doorstep.reading import words
from doorstep.reading.text import read
from doorstep.reading.titles import article, starters

STARTED_BY: dict[str, str] = {}
"""The pages that are no person's to start, by key: what does it, in a sentence."""


def starters_of(version_id: UUID) -> tuple[str, ...]:
    """Return the roles, and the addresses, that a version's Starts names; none when everybody may start it."""
    return starters(meaning_of(version_id).page.card)


def starters_in(text: str) -> tuple[str, ...]:
    """Return what `starters_of` does from the text of a version: its title's card is read, and no step."""
    return starters(read(text.partition("\n## ")[0]).page.card)


def may_start(*, process: UUID, version: UUID, person: UUID) -> bool:
    """Say whether somebody may start a process: who meets it and is named, or when nobody is, whom it concerns.

    Of a restricted process, who may only see it may not start it: auditors, and whoever was granted to see it.
    """
    row = Process.objects.select_related("group").filter(seen_by(person), id=process).first()
    if row is None or not by_hand(row.key):
        return False
    if named := starters_of(version):
        return _is_named(person, named) or _is_granted(person, process)
    return not is_restricted(row) or allows(why(row, person), Right.START)


def by_hand(key: str) -> bool:
    """Say whether people start a process at all."""
    return key not in STARTED_BY


def only(key: str, version_id: UUID) -> str:
    """Say in a sentence who or what alone starts a process; empty when everybody may."""
    return STARTED_BY.get(key) or said(starters_of(version_id))


def said(named: Sequence[str]) -> str:
    """Say in a sentence who alone may start it; empty when everybody may."""
    who = words.listed([one if "@" in one else article(one) for one in named], "or")
    return f"Only {who} may start this." if named else ""


def _is_named(person: UUID, named: Sequence[str]) -> bool:
    names = {one.casefold() for one in named}
    if any(role.casefold() in names for role in roles_of(person).values()):
        return True
    return any("@" in one and Person.objects.addressed(one).filter(id=person).exists() for one in names)


def _is_granted(person: UUID, process: UUID) -> bool:
    """Say whether somebody, or a role they hold, was granted to start a process or all of its group."""
    roles = list(roles_of(person))
    group = Process.objects.filter(id=process).values("group")
    mine = Grant.objects.filter(Q(person=person) | Q(role__in=roles), right__in=(Right.START, Right.AMEND))
    return mine.filter(Q(process=process) | Q(group__in=group)).exists()
