"""How much a change changes is for people to say; what they call editorial is doubted when it is not."""

from __future__ import annotations

from doorstep.cases.refusals import NotPossible
from doorstep.library.models import Materiality
from doorstep.reading.differences import Differences

LIGHT = frozenset({Materiality.EDITORIAL, Materiality.CLARIFYING})
NAMED = 6
"""So many differences a doubt names; the rest it counts."""


class Contested(NotPossible):
    """A change is called lighter than it looks; ``moved`` says what moved, a sentence each."""

    def __init__(self, materiality: Materiality, moved: tuple[str, ...]) -> None:
        super().__init__(
            f"You call this change {materiality}, but it moves what people act on. {' '.join(moved)} "
            "Call it material or critical, or say why it is not."
        )
        self.moved = moved


def contest(found: Differences, materiality: Materiality, *, why: str, name: str) -> str:
    """Return what we doubted and what was answered, empty when there was nothing to doubt.

    Raises Contested while there is no answer.
    """
    moved = moved_in(found)
    if materiality not in LIGHT or not moved:
        return ""
    if not why.strip():
        raise Contested(materiality, moved)
    return f"We doubted that this is {materiality}: {' '.join(moved)} {name} answered: {why.strip()}"


def moved_in(found: Differences) -> tuple[str, ...]:
    """Return what moved that no light change moves, a sentence each."""
    moved = [f"“{step}”: {one.words}" if step else f"The page: {one.words}" for step, one in found.contested]
    more = len(moved) - NAMED
    return (*moved[:NAMED], f"And {more} more.") if more > 0 else tuple(moved)
