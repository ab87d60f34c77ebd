"""Three texts of one thing brought together: single values, sets that lose members, and orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Choices = Mapping[str, str]
"""From the id of a conflict to whose side holds: "mine" or "theirs"."""

Fields = Mapping[str, str]
"""One thing in named parts, each a text."""

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True, slots=True)
class Conflict:
    """What both changed, each in another way.  ``step`` is the heading it is about, empty for the page itself."""

    id: str
    step: str
    what: str
    base: str
    mine: str
    theirs: str


@dataclass(slots=True)
class Deciding:
    """What has been chosen, and the conflicts found; one that is not chosen yet holds as theirs has it."""

    choices: Choices
    conflicts: list[Conflict] = field(default_factory=list)

    def value(self, values: tuple[str, str, str], *, at: str, step: str = "", what: str) -> str:
        """Return which of (base, mine, theirs) holds: what one side changed, else what was chosen."""
        base, mine, theirs = values
        if theirs in (mine, base):
            return mine
        if mine == base:
            return theirs
        return mine if self.mine(Conflict(at, step, what, base, mine, theirs)) else theirs

    def mine(self, conflict: Conflict) -> bool:
        """Take down a conflict, and say whether my side of it holds."""
        self.conflicts.append(conflict)
        return self.choices.get(conflict.id) == MINE

    def fields(
        self, sides: tuple[Fields, Fields, Fields], *, at: str, step: str = "", what: Callable[[str], str]
    ) -> dict[str, str]:
        """Return the fields of one thing from those of (base, mine, theirs); a field that is absent is empty."""
        base, mine, theirs = sides
        return {
            name: self.value(
                (base.get(name, ""), mine.get(name, ""), theirs.get(name, "")),
                at=f"{at}:{name}",
                step=step,
                what=what(name),
            )
            for name in dict.fromkeys((*base, *mine, *theirs))
        }


@dataclass(frozen=True, slots=True)
class Ordered:
    """The members of one list as the three sides have them, of those that stay.  ``name`` says what one is called."""

    base: Sequence[str]
    mine: Sequence[str]
    theirs: Sequence[str]
    at: str
    step: str
    name: Callable[[str], str]

    def together(self, deciding: Deciding) -> list[str]:
        """Return one order of all: the common members as whoever moved them has them, new ones after their neighbour.

        The same from either side, as long as only one of them has changed the order.
        """
        spine = self._spine(deciding)
        runs = [_runs(side, spine) for side in (self.mine, self.theirs)]
        found: dict[str, None] = {}
        for anchor in ("", *spine):
            found.update(dict.fromkeys([anchor] if anchor else []))
            added = sorted((run.get(anchor, []) for run in runs), key=lambda run: [self.name(one) for one in run])
            found.update(dict.fromkeys(one for run in added for one in run))
        return list(found)

    def _spine(self, deciding: Deciding) -> list[str]:
        common = set(self.base) & set(self.mine) & set(self.theirs)
        base, mine, theirs = ([one for one in side if one in common] for side in (self.base, self.mine, self.theirs))
        if theirs in (mine, base):
            return mine
        if mine == base:
            return theirs
        said = ["\n".join(self.name(one) for one in side) for side in (base, mine, theirs)]
        conflict = Conflict(self.at, self.step, "the order", said[0], said[1], said[2])
        return mine if deciding.mine(conflict) else theirs


def _runs(side: Iterable[str], spine: Sequence[str]) -> dict[str, list[str]]:
    """Return the members that are not in the spine by the one they stand after."""
    found: dict[str, list[str]] = {}
    anchor, known = "", set(spine)
    for one in side:
        if one in known:
            anchor = one
        else:
            found.setdefault(anchor, []).append(one)
    return found
