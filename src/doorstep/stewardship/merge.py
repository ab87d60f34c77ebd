"""Two people's texts of one page brought together, step by step.  Pure.

A step is the same by its heading, or by being most alike where one side has renamed it.  What one side
changed holds; what both changed in different ways is a conflict, to be shown side by side and chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from doorstep.reading.card_form import FactRow, card_of, facts_of, title_card_of
from doorstep.reading.editing import NotEditable, levelled
from doorstep.reading.page import Fact, Page, Step
from doorstep.reading.text import read
from doorstep.reading.writing import write
from doorstep.stewardship.merge_units import Side, Sides, Unit, card_in, fact_in, sides_of, what_of
from doorstep.stewardship.three_ways import Choices, Conflict, Deciding, Ordered

ROOT = ""
NOWHERE = "\0"
Pages = tuple[Page, Page, Page]
"""Base, mine, theirs."""


@dataclass(frozen=True, slots=True)
class Merged:
    """One text of two, and what both changed.  Where a conflict is not chosen, their side holds."""

    text: str
    conflicts: tuple[Conflict, ...] = ()


def merge(base: str, mine: str, theirs: str, *, choices: Choices | None = None) -> Merged:
    """Bring together what two people made of one text.

    ``merge(base, a, base)`` is a, ``merge(base, base, b)`` is b; without a conflict it does not matter which side
    is mine.  A text that does not read as a page is a single conflict.
    """
    if theirs in (mine, base):
        return Merged(mine)
    if mine == base:
        return Merged(theirs)
    deciding = Deciding(choices or {})
    pages = read(base).page, read(mine).page, read(theirs).page
    if all(_whole(page, text) for page, text in zip(pages, (base, mine, theirs), strict=True)):
        try:
            return Merged(_merged(pages, deciding), tuple(deciding.conflicts))
        except NotEditable:
            deciding = Deciding(choices or {})
    conflict = Conflict("page", "", "the whole page", base, mine, theirs)
    return Merged(mine if deciding.mine(conflict) else theirs, (conflict,))


def _whole(page: Page, text: str) -> bool:
    """Say whether a page holds all of its text; one that was refused for its size holds nothing."""
    return not text.strip() or page != Page("", file=page.file, newline=page.newline)


def _merged(pages: Pages, deciding: Deciding) -> str:
    sides = sides_of(pages)
    top = deciding.fields((sides[0].top, sides[1].top, sides[2].top), at="top", what=what_of)
    facts, unread = _facts(sides, deciding)
    newline = pages[2].newline if pages[1].newline == pages[0].newline else pages[1].newline
    page = Page(
        top["title"],
        title_card_of(card_in(top), before=pages[0].card),
        body=top["body"],
        facts=facts,
        unread=unread,
        preamble=top["preamble"],
        tail=top["tail"],
        newline=newline,
        heading=top["heading"],
        steps=_Tree(sides, deciding).steps(),
    )
    return _written(page)


def _written(page: Page) -> str:
    """Return a page as text, its headings as they were, or on even levels where they would read differently."""
    outermost = max(2, min((step.level for step in page.steps), default=2))
    for steps in (page.steps, levelled(page.steps, outermost)):
        text = write(replace(page, steps=steps))
        if _shape(read(text).page.steps) == _shape(page.steps):
            return text
    raise NotEditable("Expected the steps of two texts to read as steps together, but they do not.")


def _shape(steps: tuple[Step, ...]) -> tuple[object, ...]:
    return tuple((step.name, _shape(step.steps)) for step in steps)


def _facts(sides: Sides, deciding: Deciding) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """Return the table of facts, and its rows that cannot be read."""
    names = _kept_facts(sides, deciding)
    base, mine, theirs = ([name for name in side.facts if name in names] for side in sides)
    order = Ordered(base, mine, theirs, "facts", "", str)
    facts, faulty = facts_of([_fact(name, sides, deciding) for name in order.together(deciding)])
    values = ("\n".join(sides[0].unread), "\n".join(sides[1].unread), "\n".join(sides[2].unread))
    unread = deciding.value(values, at="facts:unread", what="rows of the facts that cannot be read")
    return facts, (*faulty, *(line for line in unread.split("\n") if line))


def _fact(name: str, sides: Sides, deciding: Deciding) -> FactRow:
    """Return one row; who does not have it at all has not changed it."""
    base, mine, theirs = (side.facts.get(name) for side in sides)
    said = (base or {}, mine or theirs or {}, theirs or mine or {})
    return fact_in(name, deciding.fields(said, at=f"fact {name}", what=lambda part: f"{name}: {part}"))


def _kept_facts(sides: Sides, deciding: Deciding) -> set[str]:
    base, mine, theirs = (side.facts for side in sides)
    kept = set()
    for name in {**base, **mine, **theirs}:
        if name not in base or (name in mine and name in theirs):
            kept.add(name)
        elif name in mine or name in theirs:
            left = mine.get(name) or theirs[name]
            if left != base[name] and _keeps(deciding, f"gone fact {name}", "", name, mine=name in mine):
                kept.add(name)
    return kept


def _keeps(deciding: Deciding, at: str, step: str, name: str, *, mine: bool) -> bool:
    """Say whether something stays that one side changed (mine or theirs) and the other took away."""
    said = (f"“{name}” changed", "taken away") if mine else ("taken away", f"“{name}” changed")
    return deciding.mine(Conflict(at, step, "whether it stays", f"“{name}”", *said)) == mine


class _Tree:
    """The steps of three pages as one tree."""

    def __init__(self, sides: Sides, deciding: Deciding) -> None:
        self.sides = sides
        self.base, self.mine, self.theirs = sides
        self.deciding = deciding
        self.gone = self._gone()
        found = [one for side in (self.base, self.mine, self.theirs) for one in side.units]
        self.present = [
            one
            for one in dict.fromkeys(found)
            if one not in self.gone and (one in self.mine.units or one in self.theirs.units)
        ]
        self.parents = self._parents()

    def steps(self, parent: str = ROOT) -> tuple[Step, ...]:
        """Return the steps below one."""
        here = [one for one in self.present if self.parents[one] == parent]
        base, mine, theirs = ([one for one in side.below(parent) if one in here] for side in self.sides)
        name = self._name(parent) if parent else ""
        ordered = Ordered(base, mine, theirs, f"order {parent}", name, self._name)
        found = ordered.together(self.deciding) if here else []
        left = [one for one in here if one not in found]
        return tuple(self._step(one) for one in (*found, *left))

    def _name(self, one: str) -> str:
        return next(side.units[one].fields["name"] for side in reversed(self.sides) if one in side.units)

    # -- Which stay --------------------------------------------------------------------------------

    def _gone(self) -> set[str]:
        """Return what was taken away: by both, or by one while the other left it as it was."""
        gone = {one for one in self.base.units if one not in self.mine.units and one not in self.theirs.units}
        for remover, other, mine in ((self.mine, self.theirs, False), (self.theirs, self.mine, True)):
            removed = [one for one in self.base.units if one not in remover.units and one in other.units]
            for top in (one for one in removed if self.base.units[one].parent not in removed):
                part = {one for one in removed if top in (one, *self.base.above(one))}
                inside = {one for one in other.units if part & {one, *other.above(one)}}
                if not self._touched(other, part, inside) or not _keeps(
                    self.deciding, f"gone {top}", self._name(top), self._name(top), mine=mine
                ):
                    gone |= part | {one for one in inside if one not in self.base.units}
        return gone

    def _touched(self, side: Side, part: set[str], inside: set[str]) -> bool:
        """Say whether a side changed anything of a part of the page."""
        return inside != part & set(side.units) or any(self._changed(side, one) for one in part if one in side.units)

    def _changed(self, side: Side, one: str) -> bool:
        return not side.units[one].same_as(self.base.units[one])

    # -- Where they stand --------------------------------------------------------------------------

    def _parents(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for one in self.present:
            found[one] = self._parent(one)
        for one in self.present:
            if not self._reaches_root(one, found):
                raise NotEditable("Expected each step inside another, but two were put inside each other.")
        return found

    def _parent(self, one: str) -> str:
        base, mine, theirs = (side.units[one].parent if one in side.units else None for side in self.sides)
        if mine is None or theirs is None:
            wanted = mine if theirs is None else theirs
        else:
            wanted = self._place(one, (NOWHERE if base is None else base, mine, theirs))
        known = (wanted, theirs, mine, base, ROOT)
        return next(place for place in known if place == ROOT or (place is not None and place in self.present))

    def _place(self, one: str, parents: tuple[str, str, str]) -> str:
        base, mine, theirs = parents
        if theirs in (mine, base):
            return mine
        if mine == base:
            return theirs
        said = [self._where(parent) for parent in parents]
        conflict = Conflict(f"place {one}", self._name(one), "where it stands", said[0], said[1], said[2])
        return mine if self.deciding.mine(conflict) else theirs

    def _where(self, parent: str) -> str:
        if parent == NOWHERE:
            return "nowhere yet"
        return f"in “{self._name(parent)}”" if parent else "on the page itself"

    def _reaches_root(self, one: str, parents: Mapping[str, str]) -> bool:
        seen: set[str] = set()
        while one != ROOT and one not in seen:
            seen.add(one)
            one = parents[one]
        return one == ROOT

    # -- What they say -----------------------------------------------------------------------------

    def _step(self, one: str) -> Step:
        base, mine, theirs = (side.units.get(one) for side in self.sides)
        steps = self.steps(one)
        if mine is None or theirs is None:
            unit = mine or theirs
            assert unit is not None
            return replace(unit.step, steps=steps)
        level = _level(base, mine, theirs)
        if base is not None and (mine.says(base) or theirs.says(base)):
            return replace((theirs if mine.says(base) else mine).step, level=level, steps=steps)
        return replace(self._both(one, base, mine, theirs), level=level, steps=steps)

    def _both(self, one: str, base: Unit | None, mine: Unit, theirs: Unit) -> Step:
        """Return a step both changed."""
        fields = ((base.fields if base else {}), mine.fields, theirs.fields)
        said = self.deciding.fields(fields, at=one, step=self._name(one), what=what_of)
        before = base.step.card if base else None
        names = [unit.step.name for side in self.sides for unit in side.units.values()]
        card = card_of(card_in(said), before=before, names=names)
        return Step(said["name"], theirs.step.level, card, body=said["body"], heading=said["heading"])


def _level(base: Unit | None, mine: Unit, theirs: Unit) -> int:
    """Return the level of a heading: the one a side has changed it to, of two the upper."""
    levels = {mine.step.level, theirs.step.level}
    return min(levels - {base.step.level if base else 0} or levels)


__all__ = ["Choices", "Conflict", "Merged", "merge"]
