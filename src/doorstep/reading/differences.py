"""What two pages differ in: by step, in words, and of which kind each difference is.

``differences(old, new, was=…, now=…)`` compares by the identity of steps (``Version.identities``), so that a step
that was renamed is *renamed* and not one that vanished beside one that is new; without identities a step
is its heading.  The result is frozen and typed, the difference of a page with itself is empty (falsy), and nothing
is read from anywhere: whoever needs to know what a change means to somebody starts here.

    found = differences(old, new, was=old_version.identities, now=new_version.identities)
    found.steps          the steps that differ, in the order of the new page, removed ones where they stood:
                         StepChange(identity, how="added" | "removed" | "changed", old, new: Step | None,
                         says_before, says_now: the two sentences, moved, parts: Moved…)
    found.page           what differs beside the steps (title's card, facts, text): Moved…
    found.kinds          every Kind that moved
    found.contested      the Moved… that are never editorial (`CONTESTED`)
    change.words         a step's change as sentences: "Renamed from “Sign”.", "Who: Legal counsel, before Sales."

Kinds (`Kind`): *threshold* (a condition, a count, a number in the text or a checklist, a decision table, the
currency), *addressee* (Who, Tell, Not by, Same person as, whom a handler asks, Audience), *deadline* (Due, Remind,
Wait, Not before a date, Needed by, Again, Calendar), *killer item*, *proof*, *connected field* (Set, Do, fields
that are filled in or compared, Where's record, a fact's source) — these six are contested when somebody calls
a change editorial; *step* (added, removed, moved), *name*, *question* (the verb and what it covers), *way on* (what
handlers do), *order*, *channel*, *fact*, *checklist*, *reference*, *quotation*, *guidance*, *stewardship* (owner, expert, group …).
An added or removed step has all its aspects among its parts, so that its addressee or deadline counts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from doorstep.reading.aspects import CONTESTED as CONTESTED  # noqa: PLC0414 - read together with the differences
from doorstep.reading.aspects import Aspects, aspects_of_page, aspects_of_step
from doorstep.reading.aspects import Kind as Kind  # noqa: PLC0414
from doorstep.reading.page import Page, Step
from doorstep.reading.sentences import plain, sentence

How = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing that differs: of which kind, known by which label, and what it said and says (empty: nothing)."""

    kind: Kind
    label: str
    before: str
    now: str

    @property
    def words(self) -> str:
        """Say it: "Due: 2 hours, before 1 hour."."""
        before, now = _short(self.before), _short(self.now)
        if self.kind in _LONG:
            return f"{self.label}: {'changed' if before and now else 'new' if now else 'no longer there'}."
        if not before:
            return f"{self.label}: {now}, new."
        return f"{self.label}: {now}, before {before}." if now else f"{self.label}: no longer {before}."


_LONG = frozenset({Kind.GUIDANCE, Kind.QUOTATION, Kind.CHECKLIST})


def _short(text: str) -> str:
    line = "; ".join(text.split("\n"))
    return line if len(line) <= 160 else f"{line[:159]}…"


@dataclass(frozen=True, slots=True)
class StepChange:
    """How one step differs.  ``says_before`` and ``says_now`` are its sentences, Markdown as `reading.sentences` makes it.

    ``moved``: it stands elsewhere among the steps both pages have; ``under_before`` and ``under`` are the headings
    it stands under.
    """

    identity: str
    how: How
    old: Step | None
    new: Step | None
    says_before: str = ""
    says_now: str = ""
    moved: bool = False
    under_before: str = ""
    under: str = ""
    after: str = ""  # the heading before it now, among its siblings
    parts: tuple[Moved, ...] = ()

    @property
    def name(self) -> str:
        """The heading it has now, or had."""
        step = self.new or self.old
        assert step is not None, "a change is of a step"
        return step.name

    @property
    def renamed(self) -> bool:
        return bool(self.old and self.new and self.old.name != self.new.name)

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds that moved, being added, removed or put elsewhere among them."""
        own = {Kind.STEP} if self.how != "changed" or self.moved else set()
        return frozenset({part.kind for part in self.parts} | own | ({Kind.NAME} if self.renamed else set()))

    @property
    def words(self) -> tuple[str, ...]:
        """Say the change, a sentence each: what happened to the step, then what it says otherwise."""
        if self.how != "changed":
            return (f"{self.how.capitalize()}.",)
        said = [f"Renamed from “{self.old.name}”."] if self.renamed and self.old else []
        said += [self._moved()] if self.moved else []
        return (*said, *(part.words for part in self.parts))

    def _moved(self) -> str:
        if self.under != self.under_before:
            return f"Moved into “{self.under}”." if self.under else f"Moved out of “{self.under_before}”."
        return f"Moved after “{self.after}”." if self.after else "Moved to the beginning."


@dataclass(frozen=True, slots=True)
class Differences:
    """What two pages differ in; false when they say the same."""

    page: tuple[Moved, ...] = ()
    steps: tuple[StepChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.page or self.steps)

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset({part.kind for part in self.page}).union(*(step.kinds for step in self.steps))

    @property
    def contested(self) -> tuple[tuple[str, Moved], ...]:
        """The differences that are never editorial, each with the heading of its step (empty: the page)."""
        found = [("", part) for part in self.page]
        found += [(step.name, part) for step in self.steps for part in step.parts]
        return tuple((name, part) for name, part in found if part.kind in CONTESTED)

    def of_step(self, identity: str) -> StepChange | None:
        """Return the change of one step, if it differs."""
        return next((step for step in self.steps if step.identity == identity), None)


def differences(
    old: Page, new: Page, *, was: Mapping[str, str] | None = None, now: Mapping[str, str] | None = None
) -> Differences:
    """Return what two pages differ in.  ``was`` and ``now`` map their headings to identities (``Version.identities``)."""
    before, after = _placed(old, was or {}), _placed(new, now or {})
    elsewhere = _elsewhere(before, after)
    changes = (_change(identity, before, after, elsewhere) for identity in _in_order(before, after))
    parts = _moved(aspects_of_page(old), aspects_of_page(new))
    return Differences(parts, tuple(change for change in changes if change is not None))


# -- Steps by identity ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Placed:
    """A step of a page: what it says, and what it stands under and after, by identity and by name."""

    step: Step
    says: str
    aspects: Aspects
    under: str
    under_name: str
    after_name: str


def _placed(page: Page, identities: Mapping[str, str]) -> dict[str, _Placed]:
    """Return the steps of a page by identity, in page order; a name that comes twice is numbered."""
    found: dict[str, _Placed] = {}

    def gather(steps: Sequence[Step], under: str, under_name: str) -> None:
        after = ""
        for step in steps:
            identity = _unused(identities.get(step.name, step.name), found)
            said = sentence(step, page)
            found[identity] = _Placed(step, said, aspects_of_step(step, page), under, under_name, after)
            after = step.name
            gather(step.steps, identity, step.name)

    gather(page.steps, "", "")
    return found


def _unused(identity: str, found: Mapping[str, object]) -> str:
    return next(
        name for n in range(1, len(found) + 2) if (name := identity if n == 1 else f"{identity} #{n}") not in found
    )


def _in_order(before: Mapping[str, _Placed], after: Mapping[str, _Placed]) -> Iterator[str]:
    """Yield the identities of both pages in the order of the new one, removed ones behind what stood before them."""
    gone: dict[str, list[str]] = {}
    last = ""
    for identity in before:
        if identity in after:
            last = identity
        else:
            gone.setdefault(last, []).append(identity)
    yield from gone.get("", ())
    for identity in after:
        yield identity
        yield from gone.get(identity, ()) if identity else ()


def _elsewhere(before: Mapping[str, _Placed], after: Mapping[str, _Placed]) -> frozenset[str]:
    """Return which steps stand elsewhere: under another heading, or out of the order their siblings kept."""
    place = {identity: at for at, identity in enumerate(before)}
    common = [identity for identity in after if identity in before]
    other = {identity for identity in common if _group(before, identity) != _group(after, identity)}
    siblings: dict[str, list[str]] = {}
    for identity in common:
        if identity not in other:
            siblings.setdefault(after[identity].under, []).append(identity)
    for some in siblings.values():
        kept = set(_longest_rising([place[identity] for identity in some]))
        other |= {identity for identity in some if place[identity] not in kept}
    return frozenset(other)


def _group(placed: Mapping[str, _Placed], identity: str) -> str:
    return placed[identity].under


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    """Return a longest rising subsequence: what stays in place when the rest is moved."""
    tails: list[int] = []
    ends: list[int] = []
    links: list[int] = []
    for at, number in enumerate(numbers):
        rank = bisect_left(tails, number)
        tails[rank : rank + 1] = [number]
        ends[rank : rank + 1] = [at]
        links.append(ends[rank - 1] if rank else -1)
    at, found = (ends[-1] if ends else -1), []
    while at >= 0:
        found.append(numbers[at])
        at = links[at]
    return found[::-1]


# -- One step ------------------------------------------------------------------------------------


def _change(
    identity: str, before: Mapping[str, _Placed], after: Mapping[str, _Placed], elsewhere: frozenset[str]
) -> StepChange | None:
    """Return how one step differs, None when it does not."""
    old, new = before.get(identity), after.get(identity)
    parts = _moved(old.aspects if old else {}, new.aspects if new else {})
    renamed = bool(old and new and old.step.name != new.step.name)
    says = bool(old and new and plain(old.says) != plain(new.says))
    if old and new and not parts and not renamed and not says and identity not in elsewhere:
        return None
    return StepChange(
        identity=identity,
        how="changed" if old and new else "added" if new else "removed",
        old=old.step if old else None,
        new=new.step if new else None,
        says_before=old.says if old else "",
        says_now=new.says if new else "",
        moved=identity in elsewhere,
        under_before=old.under_name if old else "",
        under=new.under_name if new else "",
        after=new.after_name if new else "",
        parts=parts,
    )


def _moved(before: Aspects, now: Aspects) -> tuple[Moved, ...]:
    """Return the aspects that differ, in the order they are read, those no longer there last."""
    aspects = [*now, *(aspect for aspect in before if aspect not in now)]
    return tuple(
        Moved(aspect.kind, aspect.label, before.get(aspect, ""), now.get(aspect, ""))
        for aspect in aspects
        if before.get(aspect, "") != now.get(aspect, "")
    )
