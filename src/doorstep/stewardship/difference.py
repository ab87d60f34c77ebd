"""The difference between two versions for somebody: "2 of your 9 steps changed", old and new side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from doorstep.library.models import Version
from doorstep.library.programs import meaning_of
from doorstep.reading.aspects import Kind
from doorstep.reading.differences import Differences, Moved, StepChange, differences
from doorstep.reading.page import Page, Step
from doorstep.reading.sentences import plain, sentence
from doorstep.stewardship.theirs import Parts, Somebody, parts_of

KEPT = 2_000
_LONG = frozenset({Kind.GUIDANCE, Kind.QUOTATION, Kind.CHECKLIST})
_ORDER = ("changed", "new", "gone")


@dataclass(frozen=True, slots=True)
class Changed:
    """One step, or the page around them (``step`` is then empty), before and now; ``how`` is changed, new or gone.

    ``words`` say what changed, a sentence each.  ``around``: a group their steps stand in, not a step of theirs.
    """

    step: str
    how: str
    before: str = ""
    now: str = ""
    words: tuple[str, ...] = ()
    around: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version changed for somebody; false when nothing.  ``of`` is how many steps they have in it now."""

    of: int = 0
    changes: tuple[Changed, ...] = ()
    new: bool = False  # the page is new to them
    whole: bool = False  # they know the whole page, not steps of it

    def __bool__(self) -> bool:
        return bool(self.changes) or self.new

    @property
    def said(self) -> str:
        """Say it in a line: "2 of your 9 steps changed"."""
        if self.new:
            return f"New to you: {_steps(self.of)}" if self.of else "New to you"
        own = [change for change in self.changes if change.step and not change.around]
        said: list[str] = []
        for how in _ORDER:
            if number := sum(one.how == how for one in own):
                said.append(self._counted(how, number, first=not said))
        said += [f"“{change.step}” around them changed" for change in self.changes if change.around]
        if not said:
            return "The page changed" if self.changes else "Nothing changed for you"
        return ", ".join(said)

    def _counted(self, how: str, number: int, *, first: bool) -> str:
        whose = "its" if self.whole else "your"
        match how:
            case "changed" if number == self.of == 1:
                return f"{whose.capitalize()} only step changed" if self.whole else "Your step changed"
            case "changed":
                return f"{number} of {whose} {_steps(self.of)} changed"
            case "new":
                some = f"{number} of {whose} {_steps(self.of)}" if first else str(number)
                return f"{some} {'is' if number == 1 else 'are'} new"
            case _:
                left = "there" if self.whole else "yours"
                some = _steps(number) if first else str(number)
                return f"{some} {'is' if number == 1 else 'are'} no longer {left}"


def difference(version: UUID, since: UUID | None, somebody: Somebody) -> Difference:
    """Return what a version changed for somebody since one they knew; all of it is new where they knew none.

    No query once both versions were read: versions never change.
    """
    theirs = somebody.keys & _keys(version, since)
    return _difference(version, since, Somebody(somebody.roles & theirs, somebody.addresses & theirs))


@lru_cache(maxsize=KEPT)
def parts(version: UUID) -> Parts:
    """Return whose the steps of a version are."""
    read, identities, _ = _read(version)
    return parts_of(read, identities)


@lru_cache(maxsize=KEPT)
def _keys(version: UUID, since: UUID | None) -> frozenset[str]:
    """Return every role and address that two versions name."""
    found = [parts(version), *([parts(since)] if since else [])]
    return frozenset().union(*(one.of.keys() | one.audience for one in found))


@lru_cache(maxsize=KEPT)
def _read(version: UUID) -> tuple[Page, dict[str, str], str]:
    """Return a version's page, its identities, and the file it is where it is one."""
    row = Version.objects.only("identities", "blob").get(id=version)
    return meaning_of(version).page, dict(row.identities), row.blob


@lru_cache(maxsize=KEPT)
def _between(version: UUID, since: UUID) -> Differences:
    old, was, _ = _read(since)
    new, now, _ = _read(version)
    return differences(old, new, was=was, now=now)


@lru_cache(maxsize=KEPT)
def _difference(version: UUID, since: UUID | None, somebody: Somebody) -> Difference:
    after = parts(version)
    mine = after.all_of(somebody)
    whole = bool(somebody.roles & after.audience)
    if since is None or not (before := parts(since)).concern(somebody):
        new = after.concern(somebody)
        return Difference(len(mine), tuple(_new(version, mine)) if new else (), new=new, whole=whole)
    touched = mine | before.all_of(somebody)
    around = frozenset().union(*(after.above.get(step, frozenset()) for step in mine)) - touched
    found = _between(version, since)
    changes = [_changed(one, mine, before.all_of(somebody)) for one in found.steps if one.identity in touched]
    changes += [_around(one) for one in found.steps if one.identity in around and one.how == "changed"]
    page = _page(version, since, found.page) if whole else ()
    return Difference(len(mine), (*page, *changes), whole=whole)


# -- One change ------------------------------------------------------------------------------------


def _new(version: UUID, mine: frozenset[str]) -> Iterator[Changed]:
    """Yield the steps of a page that is new to somebody."""
    read, identities, _ = _read(version)
    for step in read.walk():
        if identities.get(step.name, step.name) in mine:
            yield Changed(step.name, "new", now=_said(step, read))


def _said(step: Step, read: Page) -> str:
    return plain(sentence(step, read)) or step.guidance.strip() or step.body.strip()


def _changed(change: StepChange, mine: frozenset[str], was: frozenset[str]) -> Changed:
    """Return a step's change as it is to somebody: a step that became theirs is new, one that ceased to be is gone."""
    if change.identity not in mine:
        return Changed(change.name, "gone", before=plain(change.says_before), now=plain(change.says_now))
    if change.identity not in was:
        return Changed(change.name, "new", now=plain(change.says_now), words=change.words if change.old else ())
    before, now = _side_by_side(change)
    return Changed(change.name, "changed", before=before, now=now, words=change.words)


def _side_by_side(change: StepChange) -> tuple[str, str]:
    """Return what a step said and says: its sentence where that differs, and the text around it."""
    said = [(plain(change.says_before), plain(change.says_now))]
    said = [(was, now) for was, now in said if was != now]
    said += [(part.before.strip(), part.now.strip()) for part in change.parts if part.kind in _LONG]
    if not said:
        said = [(plain(change.says_before), plain(change.says_now))]
    return "\n".join(was for was, _ in said if was), "\n".join(now for _, now in said if now)


def _around(change: StepChange) -> Changed:
    before, now = _side_by_side(change)
    return Changed(change.name, "changed", before=before, now=now, words=change.words, around=True)


def _page(version: UUID, since: UUID, moved: tuple[Moved, ...]) -> Iterator[Changed]:
    """Yield what changed beside the steps, for those who know the whole page."""
    if moved:
        before = "\n".join(part.before.strip() for part in moved if part.before.strip())
        now = "\n".join(part.now.strip() for part in moved if part.now.strip())
        yield Changed("", "changed", before=before, now=now, words=tuple(part.words for part in moved))
    if _read(version)[2] != _read(since)[2]:
        yield Changed("", "changed", words=("The file is another one.",))


def _steps(number: int) -> str:
    return "1 step" if number == 1 else f"{number:,} steps"
