"""Whether somebody has done the same before: cases of typed lines compared by their shape."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from doorstep.cases.models import Case
from doorstep.library.models import Version, VersionState
from doorstep.library.programs import meaning_of
from doorstep.people.clock import business_now
from doorstep.people.prepared import Prepared
from doorstep.reading import words
from doorstep.reading.addressees import write_addressee
from doorstep.reading.page import Page, Step
from doorstep.reading.verbs import write_action

THRICE = 3
ENOUGH = 0.6
"""From which likeness on two cases count as the same work."""

LOOKED_BACK = timedelta(days=180)
MOST = 40
"""The latest cases that are compared; a likeness is worked out once, for versions never change."""

_SMALL = words.AFTER_AN_ORDER | {"of", "is", "are", "be", "or", "as", "if"}
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Ask:
    """What one step of a shape asks: by which verb, of whom, about what."""

    verb: str
    who: str
    words: frozenset[str]


Shape = tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """Cases that are the same work, the latest first, and why they are held for it."""

    cases: tuple[Case, ...]
    title: str
    reason: str


def shape_of(page: Page) -> Shape:
    """Return what a page asks, without the steps that only mend, and without words that hold digits."""
    return tuple(ask_of(step) for step in asking(page))


def asking(page: Page) -> tuple[Step, ...]:
    """Return the steps of a page that ask somebody, without those that only mend what was rejected."""
    mending = {one.target for step in page.walk() if step.card for one in step.card.if_rejected}
    return tuple(step for step in page.walk() if step.card and step.card.who and step.name not in mending)


def ask_of(step: Step) -> Ask:
    """Return what a step asks."""
    card = step.card
    assert card is not None, "a step that asks has a card"
    assert card.who is not None, "a step that asks has a Who"
    verb = write_action(card.action)[0] if card.action else "Confirm"
    about = step.name if verb == "Confirm" else step.name.partition(" ")[2]  # other verbs are said already
    return Ask(verb, write_addressee(card.who.addressee).casefold(), frozenset(_words(about)))


def _words(heading: str) -> Collection[str]:
    plain = re.sub(r"\.\w{1,5}\b|[A-Z][A-Z0-9_]+-\d+", " ", heading)
    found = (word.casefold() for word in _WORD.findall(plain))
    return {word for word in found if word not in _SMALL and not any(sign.isdigit() for sign in word)}


def likeness(one: Shape, other: Shape) -> float:
    """Return how alike two shapes are, from 0 to 1: the mean over their steps, what has no pair counts 0."""
    pairs = paired(one, other)
    most = max(len(one), len(other))
    return sum(_alike(one[left], other[right]) for left, right in pairs) / most if most else 0.0


def paired(one: Shape, other: Shape) -> tuple[tuple[int, int], ...]:
    """Return which step of one is which of the other, by place: the likeliest first, each once, of one verb."""
    rows = [
        (_alike(left, right), i, j)
        for i, left in enumerate(one)
        for j, right in enumerate(other)
        if left.verb == right.verb
    ]
    found: list[tuple[int, int]] = []
    for score, i, j in sorted(rows, key=lambda row: (-row[0], row[1], row[2])):
        if score >= ENOUGH / 2 and all(i != left and j != right for left, right in found):
            found.append((i, j))
    return tuple(sorted(found))


def _alike(one: Ask, other: Ask) -> float:
    """Return how alike two asks are: the verb 0.2, whom 0.3, the words of the heading 0.5."""
    if one.verb != other.verb:
        return 0.0
    both = one.words | other.words
    shared = len(one.words & other.words) / len(both) if both else 1.0
    return 0.2 + 0.3 * (one.who == other.who) + 0.5 * shared


def done_thrice(person: UUID, *, at: datetime | None = None) -> Alike | None:
    """Return the work somebody has started from lines at least three times and has no page for; the latest such.

    One query, and two more for somebody who has started three.
    """
    ids = [case for (case,) in _FROM_LINES(person=person, since=(at or business_now()) - LOOKED_BACK)]
    if len(ids) < THRICE:
        return None
    cases = tuple(Case.objects.filter(id__in=ids).defer("state").order_by("-started_at", "-number"))
    published = _published(person)
    found = (_with_alike(case, cases) for case in cases)
    return next((one for one in found if len(one.cases) >= THRICE and not _has_page(one, published)), None)


def _from_lines(person: UUID, since: datetime) -> QuerySet[Case, Any]:
    """Select the latest runs somebody started from lines.  Index: case_of_starter."""
    drafts = Version.objects.filter(state=VersionState.DRAFT, published_by=person).values("id")
    rows = Case.objects.filter(starter=person, version_id__in=drafts, started_at__gte=since)
    return rows.exclude(status="cancelled").order_by("-started_at", "-number").values_list("id")[:MOST]


_FROM_LINES = Prepared(_from_lines)


def alike_to(case: Case, *, at: datetime | None = None) -> Alike | None:
    """Return the work a case belongs to, when its starter has done it three times and has no page for it."""
    found = done_thrice(case.starter, at=at)
    return found if found and any(one.id == case.id for one in found.cases) else None


def _with_alike(case: Case, cases: Sequence[Case]) -> Alike:
    same = tuple(one for one in cases if _likeness(case.version_id, one.version_id) >= ENOUGH)
    return Alike(same, case.title, _reason(_shape(case.version_id), len(same)))


def _reason(shape: Shape, times: int) -> str:
    asks = words.listed(dict.fromkeys(ask.verb.lower() for ask in shape))
    what = "one step" if len(shape) == 1 else f"{words.number(len(shape))} steps"
    text = f"{words.times(times)} {what} ({asks}), mostly of the same people and in the same words"
    return text[0].upper() + text[1:]


@lru_cache(maxsize=4096)
def _shape(version: UUID) -> Shape:
    return shape_of(meaning_of(version).page)


@lru_cache(maxsize=1 << 16)
def _likeness(one: UUID, other: UUID) -> float:
    return likeness(_shape(one), _shape(other))


def _published(person: UUID) -> tuple[Shape, ...]:
    rows = Version.objects.filter(published_by=person, state__in=(VersionState.EFFECTIVE, VersionState.APPROVED))
    return tuple(_shape(one) for one in rows.order_by("-published_at").values_list("id", flat=True)[:MOST])


def _has_page(alike: Alike, published: Sequence[Shape]) -> bool:
    """Say whether a published page asks the same, of the same people or of their roles."""
    mine = _nobodys(_shape(alike.cases[0].version_id))
    return any(likeness(mine, _nobodys(one)) >= ENOUGH for one in published)


def _nobodys(shape: Shape) -> Shape:
    return tuple(Ask(ask.verb, "", ask.words) for ask in shape)
